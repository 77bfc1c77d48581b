"""One error group, with all that is known of it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from spanlog_query_api.error_groups.figures import GroupFigures, GroupPeriod, read_figures
from spanlog_query_api.error_groups.fingerprints import format_fingerprint, parse_fingerprint
from spanlog_query_api.error_groups.groups import figures_to_items, trace_id_of
from spanlog_query_api.error_groups.lifecycle import Totals, known_states, read_totals, total_of
from spanlog_query_api.error_groups.states import States, members_of, state_of
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.errors import (
    AgentCount,
    Change,
    ErrorGroup,
    ErrorGroupDetail,
    ErrorRecord,
    SessionCount,
    TimeBucket,
)
from spanlog_query_api.parameters import check_order
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import DAY_NANOSECONDS, NANOSECONDS_PER_SECOND, format_time
from spanlog_query_api.whole_hours import Span

_BUCKET_SECONDS: Final = (60, 300, 900, 3_600, 4 * 3_600, 86_400, 7 * 86_400, 28 * 86_400)
_MAX_BUCKETS: Final = 100
_MAX_AGENTS: Final = 100
_MAX_SESSIONS: Final = 20
_MAX_TRACES: Final = 10
_MAX_CHANGES: Final = 1_000
_NEWEST_RECORDS: Final = 50
"""Among which traces are looked for: a group's newest records are often of one trace."""


def known_fingerprint(text: str) -> int:
    """Return the fingerprint that ``text`` names.

    Raises:
        NotFoundError: it can name none.
    """
    fingerprint = parse_fingerprint(text)
    if fingerprint is None:
        raise NotFoundError(f"there is no error group {text}")
    return fingerprint


def read_group(
    queries: QueryRunner, fingerprint: int, since: int | None = None, until: int | None = None
) -> ErrorGroupDetail:
    """Return the group that ``fingerprint`` belongs to; without a period, of all time.

    Raises:
        NotFoundError: there never was such a record.
        InvalidParameterError: the period ends before it begins.
    """
    check_order(since, until)
    end = time.time_ns() if until is None else until
    check_order(since, end)
    states = known_states(queries)
    group = state_of(states, fingerprint).group
    members = members_of(states, group)
    is_whole = since is None and until is None
    if is_whole:
        figures = _figures(queries, states, members, GroupPeriod.whole())
        totals = [Totals(figures.now.records, figures.now.first, figures.now.last)] if figures else []
    else:
        figures = _figures(queries, states, members, GroupPeriod(since or 0, end))
        totals = list(read_totals(queries, members).values())
    if not totals:
        raise NotFoundError(f"there is no error group {format_fingerprint(fingerprint)}")
    ever = total_of(totals)
    # A sender's clock may be ahead.
    start, end = (ever.first, max(end, ever.last + 1)) if is_whole else (since or 0, end)
    item = _item(queries, figures) if figures and figures.now.records else _empty_item(queries, states, members, start)
    period = {"fingerprints": members, "since": start, "until": end}
    days = queries.run("error_days", period)
    first = _records(queries, period, days, "asc", 1)
    newest = _records(queries, period, days, "desc", _NEWEST_RECORDS)
    step = _bucket_seconds(max(start, ever.first), min(end, ever.last + 1))
    parts = _breakdown(queries, period, step)
    changes = _changes(queries, members)
    return ErrorGroupDetail(
        **dict(item),
        since=format_time(start),
        until=format_time(end),
        bucket_seconds=step,
        counts=_counts(parts["bucket"], step),
        agent_counts=[
            AgentCount(agent_id=row["agent_id"], count=row["count"], last_seen=format_time(row["last_unix_nano"]))
            for row in parts["agent"]
        ],
        session_total=parts["session"][0]["total"] if parts["session"] else 0,
        sessions=[
            SessionCount(
                session_key=row["session_key"],
                agent_id=row["agent_id"],
                count=row["count"],
                last_seen=format_time(row["last_unix_nano"]),
            )
            for row in parts["session"][:_MAX_SESSIONS]
        ],
        first_record=_record(first[0]) if first else None,
        last_record=_record(newest[0]) if newest else None,
        sample_traces=list(dict.fromkeys(trace for row in newest if (trace := trace_id_of(row))))[:_MAX_TRACES],
        ever_count=ever.records,
        ever_first_seen=format_time(ever.first),
        ever_last_seen=format_time(ever.last),
        merged=[format_fingerprint(member) for member in members[1:]],
        changes=changes,
        comments=[change for change in changes if change.action == "comment"],
    )


def _figures(queries: QueryRunner, states: States, members: list[int], period: GroupPeriod) -> GroupFigures | None:
    return next(iter(read_figures(queries, period, states=states, fingerprints=members)), None)


def _item(queries: QueryRunner, figures: GroupFigures) -> ErrorGroup:
    return figures_to_items(queries, [(figures, "now")])[figures.fingerprint]


def _empty_item(queries: QueryRunner, states: States, members: list[int], since: int) -> ErrorGroup:
    """Return what the group is, and zero of it: it has records, and none in the period that begins at ``since``."""
    figures = _figures(queries, states, members, GroupPeriod.whole())
    assert figures is not None  # noqa: S101 - it has totals, so there are records of it in all time
    empty = format_time(since)
    return _item(queries, figures).model_copy(
        update={"count": 0, "unresolved_count": 0, "agents": [], "first_seen": empty, "last_seen": empty,
                "is_new": False, "sample_id": None, "sample_trace_id": None}
    )  # fmt: skip


def _records(queries: QueryRunner, period: Mapping[str, Any], days: Sequence[Row], order: str, limit: int) -> list[Row]:
    """Return the first or the last records, looked for on the first or last of ``days`` that have as many."""
    near = _days_of(days if order == "asc" else days[::-1], limit)
    narrowed = {
        **period,
        "since": max(period["since"], near.since),
        "until": min(period["until"], near.until),
        "order": order,
        "limit": limit,
    }
    rows = queries.run("error_records", narrowed)
    if len(rows) == limit or sum(row["count"] for row in days) <= len(rows):
        return rows
    # Some of those days lie outside the period in part.
    return queries.run("error_records", {**period, "order": order, "limit": limit})


def _days_of(days: Sequence[Row], records: int) -> Span:
    taken, counted = [], 0
    for row in days:
        if counted >= records:
            break
        taken.append(row["day"] * NANOSECONDS_PER_SECOND)
        counted += row["count"]
    return Span(min(taken), max(taken) + DAY_NANOSECONDS) if taken else Span(0, 0)


def _breakdown(queries: QueryRunner, period: Mapping[str, Any], step: int) -> dict[str, list[Row]]:
    rows = queries.run("error_breakdown", {**period, "bucket_seconds": step, "limit": _MAX_AGENTS})
    found: dict[str, list[Row]] = {"session": [], "agent": [], "bucket": []}
    for row in rows:
        found[row["kind"]].append(row)
    found["bucket"].sort(key=lambda row: int(row["bucket"]))
    return found


def _record(row: Row) -> ErrorRecord:
    return ErrorRecord(
        id=row["id"],
        created_at=format_time(row["unix_nano"]),
        agent_id=row["agent_id"],
        level=row["level"],
        trace_id=trace_id_of(row),
        session_key=row["session_key"] or None,
    )


def _bucket_seconds(start: int, end: int) -> int:
    span = (end - start) // NANOSECONDS_PER_SECOND
    return next((step for step in _BUCKET_SECONDS if span <= step * (_MAX_BUCKETS - 1)), _BUCKET_SECONDS[-1])


def _counts(rows: Sequence[Row], step: int) -> list[TimeBucket]:
    if not rows:
        return []
    counts = {row["bucket"]: row["count"] for row in rows}
    return [
        TimeBucket(start=format_time(bucket * step * NANOSECONDS_PER_SECOND), count=counts.get(bucket, 0))
        for bucket in range(rows[0]["bucket"], rows[-1]["bucket"] + 1)
    ]


def _changes(queries: QueryRunner, members: list[int]) -> list[Change]:
    rows = queries.run("error_changes", {"fingerprints": members, "limit": _MAX_CHANGES})
    return [
        Change(
            action=row["action"],
            by=row["changed_by"],
            at=format_time(row["unix_nano"]),
            fingerprint=format_fingerprint(row["fingerprint"]),
            text=row["text"] or None,
            other_fingerprint=format_fingerprint(row["other_fingerprint"]) if row["other_fingerprint"] else None,
            until=format_time(row["muted_until_unix_nano"]) if row["muted_until_unix_nano"] else None,
            count=row["muted_records"] or None,
        )
        for row in reversed(rows)
    ]
