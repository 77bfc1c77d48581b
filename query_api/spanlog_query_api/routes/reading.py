"""Log records out."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.cursors import Place, read_cursor, write_cursor
from spanlog_query_api.entries import read_entries
from spanlog_query_api.errors import InvalidParameterError, NotFoundError
from spanlog_query_api.known_searches import find_newest
from spanlog_query_api.models.entries import Entry, EntryAttributes, EntryContext, EntryPage
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.pages import read_page
from spanlog_query_api.parameters import RecordIdPath
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.search.conditions import Condition, Expression, all_of
from spanlog_query_api.search.filters import LogConditionOfRequest, LogFilter
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp
from spanlog_query_api.times import format_milliseconds

router = APIRouter(tags=["logs"])

_MAX_CURSOR_CHARACTERS = 200

Neighbours = Annotated[int, Query(ge=0, le=500)]


@router.get("/logs", summary="Search records", responses=problem_responses(400, 401, 404, 422, 503))
def get_logs(  # noqa: PLR0913, PLR0917 - parameters of the route
    queries: QueriesOfRoute,
    services: ServicesOfApp,
    condition: LogConditionOfRequest,
    filters: Annotated[LogFilter, Query()],
    limit: Annotated[int, Query(ge=1, le=1000, description="Records on a page.")] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="Records to pass over.")] = 0,
    cursor: Annotated[
        str,
        Query(
            max_length=_MAX_CURSOR_CHARACTERS, description="`next_cursor` of the page before; then without `offset`."
        ),
    ] = "",
) -> EntryPage:
    """Records for which all of the conditions hold, newest first; of one time, by id.

    Pages by `cursor` neither repeat nor skip a record, whatever arrives meanwhile; pages by `offset` may. Any attribute
    is a filter too: `attr.order_id=42`. The query language of `q`:

    | write | for records |
    |---|---|
    | `timeout` | whose message contains it, in any case |
    | `"flash loan"` | whose message contains these words as they stand |
    | `time*out` | `*` stands for any text, in fields as well |
    | `level:error`, `level:>=warn` | of a level, or at least it |
    | `agent_id:crypto` | of a field |
    | `order_id:42`, `order_id:>100`, `order_id:10..20`, `order_id:*` | of any other name: of an attribute |
    | `attr.level:3` | of an attribute that is named like a field |
    | `level:(error critical)` | of one of these |
    | `-heartbeat`, `NOT level:debug` | for which this does not hold |
    | `a b`, `a AND b`, `a OR b`, `(a OR b) c` | for which both hold, or any |

    The fields are agent_id, service, category, source, session_key, logger, event, trace_id, span_id, parent_id, id,
    level, fingerprint, pattern, resolved and message.
    """
    if cursor:
        if offset:
            raise InvalidParameterError("offset", "goes with no cursor")
        rows = queries.run(
            "list_logs", {"limit": limit, "offset": 0}, condition=all_of(_beyond("before", _place(cursor)), condition)
        )
        return EntryPage(total=None, items=read_entries(queries, rows), next_cursor=_next_cursor(rows, limit))
    if offset or filters.until is not None:
        page = read_page(queries, condition, limit, offset)
    else:
        page = find_newest(queries, services.searches, condition, filters.since or 0, limit)
    entries = read_entries(queries, page.rows)
    return EntryPage(total=page.total, items=entries, next_cursor=_next_cursor(page.rows, limit))


@router.get("/logs/{log_id}", summary="Read one record", responses=problem_responses(400, 401, 404, 422, 503))
def get_log(log_id: RecordIdPath, queries: QueriesOfRoute) -> Entry:
    """The record of this id. An id that is no UUID is looked up as the `log.record.uid` that the sender gave it."""
    return read_entries(queries, [_find(queries, log_id)])[0]


@router.get(
    "/logs/{log_id}/attributes",
    summary="Read all attributes of a record",
    responses=problem_responses(400, 401, 404, 422, 503),
)
def get_attributes(log_id: RecordIdPath, queries: QueriesOfRoute) -> EntryAttributes:
    """What was sent of one record beside its message: its own attributes, those of the program and of the logger."""
    found = _find(queries, log_id)
    rows = queries.run("log_attributes", {"time": found["unix_nano"], "id": found["id"]})
    if not rows:
        raise NotFoundError(f"there is no record {log_id}")
    row = rows[0]
    return EntryAttributes(
        id=found["id"],
        attributes=row["attributes"],
        resource=row["resource"],
        scope=row["scope"],
        service=row["service"] or None,
        event=row["event"] or None,
        logger=row["logger"] or None,
        logger_version=row["logger_version"] or None,
        severity_text=row["severity_text"] or None,
        severity_number=row["severity_number"],
        ingested_at=format_milliseconds(row["ingested"]),
    )


@router.get(
    "/logs/{log_id}/context",
    summary="Read a record with its neighbours",
    responses=problem_responses(400, 401, 404, 422, 503),
)
def get_context(
    log_id: RecordIdPath,
    queries: QueriesOfRoute,
    before: Annotated[Neighbours, Query(description="Records before it.")] = 10,
    after: Annotated[Neighbours, Query(description="Records after it.")] = 10,
) -> EntryContext:
    """What the same agent logged before and after this record, in the order of time."""
    row = _find(queries, log_id)
    place = Place(row["unix_nano"], row["id"])
    same_agent = Expression("agent_is", {"value": row["agent_id"]})
    earlier = queries.run(
        "list_logs", {"limit": before, "offset": 0}, condition=all_of(_beyond("before", place), same_agent)
    )
    later = queries.run("list_logs_after", {"limit": after}, condition=all_of(_beyond("after", place), same_agent))
    entries = read_entries(queries, [*reversed(earlier), row, *later])
    middle = len(earlier)
    return EntryContext(before=entries[:middle], entry=entries[middle], after=entries[middle + 1 :])


def _find(queries: QueryRunner, log_id: str) -> Row:
    rows = queries.run("find_log", {"id": log_id})
    if not rows:
        raise NotFoundError(f"there is no record {log_id}")
    return rows[0]


def _beyond(direction: str, place: Place) -> Condition:
    return Expression(direction, {"time": place.unix_nano, "id": place.id})


def _place(cursor: str) -> Place:
    try:
        return read_cursor(cursor)
    except ValueError as error:
        raise InvalidParameterError("cursor", str(error)) from error


def _next_cursor(rows: Sequence[Row], limit: int) -> str | None:
    return write_cursor(Place(rows[-1]["unix_nano"], rows[-1]["id"])) if len(rows) == limit else None
