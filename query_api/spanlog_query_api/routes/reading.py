"""Log records out."""

from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.entries import read_entries
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.entries import Entry, EntryPage
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.parameters import RecordIdPath
from spanlog_query_api.questions import LogQuestion
from spanlog_query_api.services import QueriesOfRoute

router = APIRouter(tags=["logs"])


@router.get("/logs", summary="Search records", responses=problem_responses(400, 401, 422, 503))
def get_logs(queries: QueriesOfRoute, question: Annotated[LogQuestion, Query()]) -> EntryPage:
    """Records for which all of the conditions hold, newest first; of one time, by id."""
    conditions = question.conditions()
    rows = queries.run("list_logs", {**conditions, "limit": question.limit, "offset": question.offset})
    total = question.offset + len(rows)
    # A page that is not full is the last one, and says itself how many there are. Counting it again a moment later
    # would be work, and could count records that have come since and are not on it.
    if len(rows) == question.limit or (not rows and question.offset):
        total = max(total if rows else 0, queries.run("count_logs", conditions)[0]["total"])
    return EntryPage(total=total, items=read_entries(queries, rows))


@router.get("/logs/{log_id}", summary="Read one record", responses=problem_responses(400, 401, 404, 422, 503))
def get_log(log_id: RecordIdPath, queries: QueriesOfRoute) -> Entry:
    """The record of this id. An id that is no UUID is looked up as the `log.record.uid` that the sender gave it."""
    rows = queries.run("find_log", {"id": log_id})
    if not rows:
        raise NotFoundError(f"there is no record {log_id}")
    return read_entries(queries, rows)[0]
