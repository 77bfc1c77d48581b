"""Live tail."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header
from starlette.responses import StreamingResponse
from starlette.types import Send

from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.search.filters import LogConditionOfRequest
from spanlog_query_api.services import AccessOfCaller, ServicesOfApp
from spanlog_query_api.tail.events import parse_event_id

router = APIRouter(tags=["logs"])

PATH: Final = "/logs/tail"
_MEDIA_TYPE: Final = "text/event-stream"
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Server-sent events.", "content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


class TailResponse(StreamingResponse):
    """Server-sent events; the head waits for the first, so that what is stored after the head is news.

    An error before the first event is answered as any other.
    """

    media_type = _MEDIA_TYPE

    async def stream_response(self, send: Send) -> None:
        """Send the answer, as ASGI has it."""
        events = aiter(self.body_iterator)
        first = await anext(events, b"")
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@router.get(
    PATH,
    summary="Follow records as they come",
    response_class=TailResponse,
    responses=_STREAM | problem_responses(400, 401, 404, 422, 503),
)
async def get_tail(
    services: ServicesOfApp,
    access: AccessOfCaller,
    condition: LogConditionOfRequest,
    last_event_id: Annotated[
        str, Header(max_length=200, description="The `id` of the last event received: go on after it.")
    ] = "",
) -> TailResponse:
    """Server-sent events, one for each record that becomes visible and matches; takes the filters of `GET /logs`.

    Each record that is stored after the answer's head came is given once. The `data` of an event is the record as
    `GET /logs/{log_id}` gives it. Browsers come again by themselves, with `Last-Event-ID`, and then get what they
    missed, up to 2,000 records. Two other events: `skipped`, when more was missed or came at once than is shown (2,000
    records in a look, of which there are two a second), and `dropped`, the last one to a listener that does not read
    in time. A comment is sent every 15 seconds while nothing happens.
    """
    events = services.tail.listen(access, condition, parse_event_id(last_event_id))
    return TailResponse(events, headers={"Cache-Control": "no-store"})
