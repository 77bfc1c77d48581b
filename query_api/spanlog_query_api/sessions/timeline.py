"""One session on a time line: log records and spans, a page at a time."""

import heapq
import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final, NamedTuple

from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.errors import InvalidParameterError, NotFoundError
from spanlog_query_api.identifiers import is_uuid_text
from spanlog_query_api.metadata import attributes_to_metadata
from spanlog_query_api.models.sessions import SessionItem, SessionTimeline
from spanlog_query_api.parameters import check_order
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import TimelineQuestion
from spanlog_query_api.sessions.figures import cost_of, read_sessions
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND, format_time
from spanlog_query_api.traces.rows import span_status

_ALL_TIME: Final = (0, 2**32 * 1_000_000_000)
"""All that the engine's index over time can hold."""

_FIRST_ID: Final = str(uuid.UUID(int=0))


class Place(NamedTuple):
    """An item's place on the time line: spans come before the records of the same moment.

    ``given`` is how many items of this very place an earlier page had: senders repeat ids.
    """

    unix_nano: int
    is_log: bool
    trace_id: str
    id: str
    given: int

    def text(self) -> str:
        """Return the place as clients see it."""
        return urlsafe_b64encode(json.dumps(self, separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> "Place":
        """Return the place that ``text`` is.

        Raises:
            ValueError: it is none of ours.
        """
        try:
            place = cls(*json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))))
        except (ValueError, TypeError, RecursionError):
            raise ValueError("not a cursor") from None
        if [type(value) for value in place] != [int, bool, str, str, int] or not (
            0 <= place.unix_nano < 2**63 and 0 < place.given <= 2**31 and (not place.is_log or is_uuid_text(place.id))
        ):
            raise ValueError("not a cursor")
        return place


_START: Final = Place(0, False, "", "", 0)


def read_timeline(queries: QueryRunner, session_key: str, question: TimelineQuestion) -> SessionTimeline:
    """Return the session and a page of its time line.

    Raises:
        NotFoundError: nothing of it lies in the period.
        InvalidParameterError: the period ends before it begins, or the cursor is none.
    """
    since = _ALL_TIME[0] if question.since is None else question.since
    until = _ALL_TIME[1] if question.until is None else question.until
    check_order(since, until)
    place = _place(question.cursor)
    session = None
    if not question.cursor:
        session = read_sessions(queries, [session_key], since, until).get(session_key)
        if session is None:
            raise NotFoundError(f"there is no session {session_key!r} in this period")
    rows = _rows(queries, session_key, (max(since, place.unix_nano), until), place, question.limit + 1)
    page = rows[: question.limit]
    return SessionTimeline(
        session=session,
        items=[_item(row) for row in page],
        next_cursor=_next_place(page, place).text() if len(rows) > question.limit else None,
    )


def _place(cursor: str) -> Place:
    if not cursor:
        return _START
    try:
        return Place.of(cursor)
    except ValueError:
        raise InvalidParameterError("cursor", "not a cursor: give next_cursor of the page before, as it is") from None


def _rows(queries: QueryRunner, session_key: str, period: tuple[int, int], place: Place, limit: int) -> list[Row]:
    """Return the next rows of both kinds from ``place`` on, merged."""
    since, until = period
    wanted = {"session_key": session_key, "until": until, "limit": limit + place.given}
    logs: list[Row] = []
    spans: list[Row] = []
    if since < until:
        logs = queries.run("session_logs", {**wanted, "since": since, "id": place.id if place.is_log else _FIRST_ID})
    # At the moment of a record on the page before, all spans have been given.
    after = since + 1 if place.is_log and place.unix_nano == since else since
    if after < until:
        spans = queries.run(
            "session_spans",
            {
                **wanted,
                "since": after,
                "trace_id": "" if place.is_log else place.trace_id,
                "span_id": "" if place.is_log else place.id,
            },
        )
    merged = heapq.merge(spans, logs, key=lambda row: (row["unix_nano"], _is_log(row)))
    return list(merged)[place.given :][:limit]


def _next_place(page: Sequence[Row], place: Place) -> Place:
    last = _place_of(page[-1])
    given = 0
    for row in reversed(page):
        if _place_of(row) != last:
            return last._replace(given=given)
        given += 1
    # All of the page is of one place, which the page before may have ended in.
    return last._replace(given=given + (place.given if place._replace(given=0) == last else 0))


def _place_of(row: Row) -> Place:
    is_log = _is_log(row)
    if is_log:
        return Place(row["unix_nano"], is_log, "", row["id"], 0)
    return Place(row["unix_nano"], is_log, row["trace_id"], row["span_id"], 0)


def _is_log(row: Row) -> bool:
    return "level" in row


def _item(row: Row) -> SessionItem:
    is_log = _is_log(row)
    level = row["level"] if is_log else None
    status = None if is_log else span_status(row["status"])
    return SessionItem(
        kind="log" if is_log else "span",
        time=format_time(row["unix_nano"]),
        id=row["id"] if is_log else row["span_id"],
        agent_id=row["agent_id"],
        name=row["logger"] if is_log else row["name"],
        message=row["message"] if is_log else row["message"] or None,
        level=level,
        status=status,
        duration_ms=None if is_log else row["duration_nano"] / NANOSECONDS_PER_MILLISECOND,
        is_error=status == "Error" or level in {"error", "critical"},
        trace_id=row["trace_id"] or None,
        span_id=row["span_id"] or None,
        parent_id=row["parent_id"] or None,
        fingerprint=format_fingerprint(row["fingerprint"]) if is_log and row["fingerprint"] else None,
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cost=cost_of(row),
        model=row["model"] or None,
        attributes=attributes_to_metadata(row["attributes"]) if is_log else row["attributes"],
    )
