"""Sessions, those that were active last first."""

from typing import Final

from spanlog_query_api.models.sessions import SessionPage
from spanlog_query_api.parameters import period
from spanlog_query_api.pinned_cursors import PinnedCursor, read_pinned_cursor
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import SessionQuestion
from spanlog_query_api.sessions.figures import read_sessions
from spanlog_query_api.times import format_time
from spanlog_query_api.windows import window_starts

_ORDER: Final = "sessions"
_AFTER_ALL: Final = 2**63 - 1


def list_sessions(queries: QueryRunner, question: SessionQuestion) -> SessionPage:
    """Return a page of the sessions of a period.

    Raises:
        InvalidParameterError: the period ends before it begins, or the cursor is none.
    """
    cursor = read_pinned_cursor(question.cursor, _ORDER, question.since, question.until)
    since, until = (cursor.since, cursor.until) if cursor else period(question.since, question.until)
    rows = _active(queries, question, since, until, cursor)
    page = rows[: question.limit]
    sessions = read_sessions(queries, [row["session_key"] for row in page], since, until) if page else {}
    last = page[-1] if len(rows) > question.limit else None
    return SessionPage(
        since=format_time(since),
        until=format_time(until),
        # One whose records were deleted since a moment ago is left out.
        items=[sessions[row["session_key"]] for row in page if row["session_key"] in sessions],
        next_cursor=PinnedCursor(_ORDER, since, until, last["last_unix_nano"], last["session_key"]).text()
        if last
        else None,
    )


def _active(
    queries: QueryRunner, question: SessionQuestion, since: int, until: int, cursor: PinnedCursor | None
) -> list[Row]:
    """Return one session more than fit the page, if there are."""
    rows: list[Row] = []
    # Whether a session has no error is told by all of it; who was active last, by the newest records alone.
    newest = min(until, cursor.key + 1) if cursor else until
    starts = [since] if question.error is False else window_starts(since, newest)
    for start in starts:
        rows = queries.run(
            "active_sessions",
            {
                "since": start,
                "until": until,
                "agent_id": question.agent_id,
                "error": "" if question.error is None else str(question.error).lower(),
                "before": cursor.key if cursor else _AFTER_ALL,
                "before_key": cursor.id if cursor else "",
                "limit": question.limit + 1,
            },
        )
        if len(rows) > question.limit:
            break
    return rows
