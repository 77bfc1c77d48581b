"""Saying that records were dealt with."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from spanlog_query_api.entries import read_entries
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.entries import Entry
from spanlog_query_api.models.resolving import BatchResolution, Resolution, Resolved
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.parameters import RecordIdPath
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.resolutions import StoredRecord, find_existing, is_of_this_minute
from spanlog_query_api.services import QueriesOfRoute, Services, ServicesOfApp
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

    When it was the last of its error group that was not, the group is resolved with it.

    A record that was posted a moment ago may not be stored yet; it is waited for, 3 seconds at most.
    """

    def resolve() -> Entry | None:
        rows = queries.run("find_log", {"id": log_id})
        if not rows:
            return None
        resolve_records(services, queries, [StoredRecord.of(row) for row in rows], resolution.resolved_by)
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
    records = [record for log_id in ids if log_id in existing for record in existing[log_id]]
    return Resolved(
        resolved=await run_in_threadpool(resolve_records, services, queries, records, resolution.resolved_by)
    )


def resolve_records(services: Services, queries: QueryRunner, records: Sequence[StoredRecord], resolved_by: str) -> int:
    """Resolve ``records``, and the groups that have no other record left; return how many were not resolved before."""
    # What the caller may see has been looked up; whether a group is done depends on everybody's records.
    queries = queries.of_everybody()
    count = services.resolver.resolve(queries, records, resolved_by)
    fingerprints = {record.fingerprint for record in records if record.fingerprint}
    if count and fingerprints:
        services.lifecycle.resolve_whole_groups(queries, sorted(fingerprints), resolved_by)
    return count
