"""Live tail."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header
from starlette.responses import StreamingResponse

from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.search.filters import LogConditionOfRequest
from spanlog_query_api.services import ServicesOfApp
from spanlog_query_api.tail.events import parse_event_id

router = APIRouter(tags=["logs"])

PATH: Final = "/logs/tail"
_MEDIA_TYPE: Final = "text/event-stream"
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Server-sent events.", "content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


@router.get(
    PATH,
    summary="Follow records as they come",
    response_class=StreamingResponse,
    responses=_STREAM | problem_responses(400, 401, 404, 422, 503),
)
async def get_tail(
    services: ServicesOfApp,
    condition: LogConditionOfRequest,
    last_event_id: Annotated[
        str, Header(max_length=200, description="The `id` of the last event received: go on after it.")
    ] = "",
) -> StreamingResponse:
    """Server-sent events, one for each record that becomes visible and matches; takes the filters of `GET /logs`.

    The `data` of an event is the record as `GET /logs/{log_id}` gives it. Browsers come again by themselves, with
    `Last-Event-ID`, and then get what they missed. Two other events: `skipped`, when more came at once than is
    shown (2,000 records in a look, of which there are two a second), and `dropped`, the last one to a listener that
    does not read in time. A comment is sent every 15 seconds while nothing happens.
    """
    events = services.tail.listen(condition, parse_event_id(last_event_id))
    return StreamingResponse(events, media_type=_MEDIA_TYPE, headers={"Cache-Control": "no-store"})
