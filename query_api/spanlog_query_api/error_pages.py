"""Pages of error groups."""

import time
from typing import Any

from spanlog_query_api.cursors import ErrorCursor
from spanlog_query_api.error_groups import GroupPeriod, group_parameters, in_order, rows_to_groups
from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.models.errors import ErrorGroup, ErrorGroupPage
from spanlog_query_api.parameters import check_order
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import ErrorQuestion


def list_errors(queries: QueryRunner, question: ErrorQuestion) -> ErrorGroupPage:
    """Answer ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins, or the cursor is of another question.
    """
    period, cursor = _period(question)
    rows = queries.run(
        "list_errors",
        {
            **group_parameters(period, question.agent_id, question.level or ""),
            **_page(question.sort, question.order, question.limit + 1, cursor),
            "status": question.status or "",
            "recurring_min": question.recurring_min,
            "assigned_to": question.assigned_to,
            "search": question.search,
            "fingerprint": 0,
        },
    )
    page = rows[: question.limit]
    next_cursor = None
    if len(rows) > question.limit:
        last = page[-1]
        next_cursor = ErrorCursor(
            question.sort, question.order, period.since, period.until, period.is_whole,
            last["sort_key"], last["fingerprint"],
        ).text()  # fmt: skip
    groups = rows_to_groups(queries, page, question.agent_id)
    return ErrorGroupPage(total=_total(rows, cursor), items=in_order(groups, page), next_cursor=next_cursor)


def find_group(queries: QueryRunner, group: int, period: GroupPeriod) -> tuple[Row, ErrorGroup] | None:
    """Return one group's row and item; ``None`` when it has no record in the period."""
    rows = queries.run(
        "list_errors",
        {
            **group_parameters(period, ""),
            **_page("last_seen", "desc", 1, None),
            "status": "",
            "recurring_min": 0,
            "assigned_to": "",
            "search": "",
            "fingerprint": group,
        },
    )
    return (rows[0], rows_to_groups(queries, rows, "")[group]) if rows else None


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


def _page(sort: str, order: str, limit: int, cursor: ErrorCursor | None) -> dict[str, Any]:
    return {
        "sort": sort,
        "order": order,
        "limit": limit,
        "after_key": cursor.key if cursor else 0,
        "after_fingerprint": cursor.fingerprint if cursor else 0,
    }


def _total(rows: list[Row], cursor: ErrorCursor | None) -> int:
    if rows:
        total: int = rows[0]["total"]
        return total
    # Nothing comes after a cursor whose group has gone since; what there is on the pages before is not known here.
    return 0 if cursor is None else 1
