"""One error group, with all that is known of it."""

import time
from collections.abc import Sequence
from typing import Any, Final

from spanlog_query_api.error_groups.figures import GroupPeriod, read_figures
from spanlog_query_api.error_groups.fingerprints import format_fingerprint, parse_fingerprint
from spanlog_query_api.error_groups.groups import figures_to_items, trace_id_of
from spanlog_query_api.error_groups.lifecycle import known_states, read_totals, total_of
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
from spanlog_query_api.times import NANOSECONDS_PER_SECOND, format_time

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
    totals = read_totals(queries, members)
    if not totals:
        raise NotFoundError(f"there is no error group {format_fingerprint(fingerprint)}")
    ever = total_of(totals.values())
    is_whole = since is None and until is None
    if is_whole:
        # A sender's clock may be ahead.
        start, end = ever.first, max(end, ever.last + 1)
    else:
        start = since or 0
    item = _item(queries, states, group, None if is_whole else GroupPeriod(start, end))
    period = {"fingerprints": members, "since": start, "until": end}
    first = _records(queries, period, "asc", 1)
    newest = _records(queries, period, "desc", _NEWEST_RECORDS)
    step = _bucket_seconds(max(start, ever.first), min(end, ever.last + 1))
    sessions = queries.run("error_sessions", {**period, "limit": _MAX_SESSIONS})
    changes = _changes(queries, members)
    return ErrorGroupDetail(
        **dict(item),
        since=format_time(start),
        until=format_time(end),
        bucket_seconds=step,
        counts=_counts(queries.run("error_buckets", {**period, "bucket_seconds": step}), step),
        agent_counts=[
            AgentCount(agent_id=row["agent_id"], count=row["count"], last_seen=format_time(row["last_unix_nano"]))
            for row in queries.run("error_agents", {**period, "limit": _MAX_AGENTS})
        ],
        session_total=sessions[0]["session_total"] if sessions else 0,
        sessions=[
            SessionCount(
                session_key=row["session_key"],
                agent_id=row["agent_id"],
                count=row["count"],
                last_seen=format_time(row["last_unix_nano"]),
            )
            for row in sessions
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


def _item(queries: QueryRunner, states: States, group: int, period: GroupPeriod | None) -> ErrorGroup:
    figures = read_figures(queries, period or GroupPeriod.whole(), states=states)
    found = [each for each in figures if each.fingerprint == group]
    if found and found[0].now.records:
        return figures_to_items(queries, [(found[0], "now")])[group]
    assert period is not None  # noqa: S101 - it has totals, so there are records of it in all time
    # What it is, and zero of it.
    empty = format_time(period.since)
    return _item(queries, states, group, None).model_copy(
        update={"count": 0, "unresolved_count": 0, "agents": [], "first_seen": empty, "last_seen": empty,
                "is_new": False, "sample_id": None, "sample_trace_id": None}
    )  # fmt: skip


def _records(queries: QueryRunner, period: dict[str, Any], order: str, limit: int) -> list[Row]:
    return queries.run("error_records", {**period, "order": order, "limit": limit})


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
