"""Pages of error groups."""

import time
from collections.abc import Callable
from typing import Final

from spanlog_query_api.error_groups.charts import chart_bounds, read_charts
from spanlog_query_api.error_groups.cursors import ErrorCursor
from spanlog_query_api.error_groups.figures import GroupFigures, GroupPeriod, read_figures
from spanlog_query_api.error_groups.groups import figures_to_items, in_order
from spanlog_query_api.error_groups.lifecycle import known_states
from spanlog_query_api.error_groups.states import States, state_of
from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.models.errors import Charts, ErrorGroupPage, ListedGroup
from spanlog_query_api.parameters import check_order
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import ErrorQuestion
from spanlog_query_api.times import NANOSECONDS_PER_SECOND, format_time

_STATUS_RANKS: Final = {"regressed": 4, "open": 3, "muted": 2, "resolved": 1}
_SORT_VALUES: Final[dict[str, Callable[[GroupFigures], int]]] = {
    "last_seen": lambda group: group.now.last,
    "first_seen": lambda group: group.now.first,
    "count": lambda group: group.now.records,
    "status": lambda group: _STATUS_RANKS[group.status],
}


def list_errors(queries: QueryRunner, question: ErrorQuestion) -> ErrorGroupPage:
    """Answer ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins, or the cursor is of another question.
    """
    period, cursor = _period(question)
    states = known_states(queries)
    figures = read_figures(queries, period, question.agent_id, question.level or "", states)
    groups = [group for group in figures if _is_asked_for(group, question)]
    if question.search:
        found = _search(queries, states, question.search)
        groups = [group for group in groups if group.fingerprint in found]
    direction = -1 if question.order == "desc" else 1
    value = _SORT_VALUES[question.sort]

    def key(group: GroupFigures) -> tuple[int, int]:
        return direction * value(group), group.fingerprint

    groups.sort(key=key)
    following = (
        groups if cursor is None else [group for group in groups if key(group) > (cursor.key, cursor.fingerprint)]
    )
    page = following[: question.limit]
    next_cursor = None
    if len(following) > question.limit:
        next_cursor = ErrorCursor(
            question.sort, question.order, period.since, period.until, period.is_whole, *key(page[-1])
        ).text()
    listed = in_order(figures_to_items(queries, ((group, "now") for group in page), question.agent_id), page)
    if not question.buckets:
        items = [ListedGroup(**dict(item)) for item in listed]
        return ErrorGroupPage(total=len(groups), items=items, next_cursor=next_cursor)
    bounds = chart_bounds(period, page, question.buckets)
    of_whom = {"agent_id": question.agent_id, "level": question.level or ""}
    drawn = read_charts(queries, states, page, bounds, of_whom)
    return ErrorGroupPage(
        total=len(groups),
        items=[
            ListedGroup(**dict(item), bucket_counts=drawn[group.fingerprint])
            for group, item in zip(page, listed, strict=True)
        ],
        charts=Charts(
            since=format_time(bounds.since),
            until=format_time(bounds.until),
            bucket_seconds=bounds.step / NANOSECONDS_PER_SECOND,
        ),
        next_cursor=next_cursor,
    )


def _is_asked_for(group: GroupFigures, question: ErrorQuestion) -> bool:
    if not group.now.records or (question.assigned_to and group.state.assigned_to != question.assigned_to):
        return False
    match question.status:
        case None:
            return True
        case "new":
            return group.is_new
        case "recurring":
            return group.now.records >= question.recurring_min
        case "open":
            return group.status in {"open", "regressed"}
        case status:
            return group.status == status


def _search(queries: QueryRunner, states: States, text: str) -> set[int]:
    return {state_of(states, row["fingerprint"]).group for row in queries.run("search_errors", {"search": text})}


def _period(question: ErrorQuestion) -> tuple[GroupPeriod, ErrorCursor | None]:
    check_order(question.since, question.until)
    if question.cursor:
        cursor = question.parsed_cursor()
        if (cursor.sort, cursor.order) != (question.sort, question.order):
            raise InvalidParameterError("cursor", "is of a page in another order")
        # The next page is of the same moment, whatever has come since.
        return GroupPeriod(cursor.since, cursor.until, cursor.is_whole), cursor
    if question.since is None and question.until is None:
        return GroupPeriod.whole(), None
    until = time.time_ns() if question.until is None else question.until
    check_order(question.since, until)
    return GroupPeriod(question.since or 0, until), None
