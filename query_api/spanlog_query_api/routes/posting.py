"""Log records in."""

import time
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body
from starlette.concurrency import run_in_threadpool

from spanlog_keys import Access
from spanlog_query_api.errors import ForbiddenAgentError
from spanlog_query_api.models.posting import EXAMPLE_POST, MAX_BATCH_ENTRIES, Inserted, Posted, PostedEntry
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.otlp_request import entries_to_request
from spanlog_query_api.services import AccessOfCaller, ServicesOfApp
from spanlog_query_api.strict_json import StrictJsonRoute
from spanlog_query_api.times import format_time

router = APIRouter(tags=["logs"], route_class=StrictJsonRoute)


@router.post("/logs", status_code=201, summary="Post one record", responses=problem_responses(401, 413, 422, 503))
async def post_log(entry: PostedEntry, services: ServicesOfApp, access: AccessOfCaller) -> Posted:
    """Answers when the record is durable. It can be read about a second later."""
    _check_agents(access, [entry])
    now = time.time_ns()
    request = entries_to_request([entry], now)
    await services.ingest(request.body)
    return Posted(id=request.ids[0], created_at=format_time(now))


@router.post(
    "/logs/batch", status_code=201, summary="Post many records", responses=problem_responses(401, 413, 422, 503)
)
async def post_batch(
    entries: Annotated[
        list[PostedEntry],
        Body(
            max_length=MAX_BATCH_ENTRIES,
            openapi_examples={
                "two": {"value": [EXAMPLE_POST, {"agent_id": "crypto", "message": "retrying", "level": "warn"}]}
            },
        ),
    ],
    services: ServicesOfApp,
    access: AccessOfCaller,
) -> Inserted:
    """All of them or none: with one mistake nothing is stored, and the answer says in which entry and field it is."""
    _check_agents(access, entries)
    if entries:
        request = await run_in_threadpool(entries_to_request, entries, time.time_ns())
        await services.ingest(request.body)
    return Inserted(inserted=len(entries))


def _check_agents(access: Access, entries: Sequence[PostedEntry]) -> None:
    """Refuse records of others than the caller's agents. ``metadata`` cannot make a record another agent's."""
    if access.agents is None:
        return
    others = [index for index, entry in enumerate(entries) if entry.agent_id not in access.agents]
    if others:
        raise ForbiddenAgentError(access.name, entries[others[0]].agent_id, len(others))
