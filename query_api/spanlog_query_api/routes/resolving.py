"""Saying that records were dealt with."""

import asyncio
import time
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from spanlog_query_api.entries import read_entries
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.entries import Entry
from spanlog_query_api.models.resolving import BatchResolution, Resolution, Resolved
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.parameters import RecordIdPath
from spanlog_query_api.resolutions import find_existing, is_of_this_minute
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp
from spanlog_query_api.strict_json import StrictJsonRoute

router = APIRouter(tags=["logs"], route_class=StrictJsonRoute)

_POLL_SECONDS: Final = 0.1


@router.patch(
    "/logs/{log_id}/resolve", summary="Resolve one record", responses=problem_responses(400, 401, 404, 413, 422, 503)
)
async def resolve_log(
    log_id: RecordIdPath, resolution: Resolution, services: ServicesOfApp, queries: QueriesOfRoute
) -> Entry:
    """The record, resolved. Resolving twice is no mistake: the first who did it stays.

    A record that was posted a moment ago may not be stored yet; it is waited for, 3 seconds at most.
    """

    def resolve() -> Entry | None:
        rows = queries.run("find_log", {"id": log_id})
        if not rows:
            return None
        services.resolver.resolve(queries, [row["id"] for row in rows], resolution.resolved_by)
        return read_entries(queries, rows)[0]

    deadline = time.monotonic() + services.config.visible_wait_seconds
    while (entry := await run_in_threadpool(resolve)) is None:
        if is_of_this_minute(log_id) is False or time.monotonic() > deadline:
            raise NotFoundError(f"there is no record {log_id}")
        await asyncio.sleep(_POLL_SECONDS)
    return entry


@router.post(
    "/logs/resolve-batch", summary="Resolve many records", responses=problem_responses(400, 401, 413, 422, 503)
)
async def resolve_batch(resolution: BatchResolution, services: ServicesOfApp, queries: QueriesOfRoute) -> Resolved:
    """How many of the records were not resolved before. Ids that are not there, or come twice, do not count.

    Records that were posted a moment ago are waited for, 3 seconds at most.
    """
    ids = list(dict.fromkeys(str(log_id) for log_id in resolution.ids))
    deadline = time.monotonic() + services.config.visible_wait_seconds
    existing = await run_in_threadpool(find_existing, queries, ids)
    # Unlike for one id, what nothing is known of is not waited for: lists hold ids of things long gone.
    while any(is_of_this_minute(log_id) for log_id in ids if log_id not in existing):
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(_POLL_SECONDS)
        existing = await run_in_threadpool(find_existing, queries, ids)
    count = await run_in_threadpool(
        services.resolver.resolve, queries, [log_id for log_id in ids if log_id in existing], resolution.resolved_by
    )
    return Resolved(resolved=count)
