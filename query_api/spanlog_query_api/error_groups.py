"""Error groups as the API gives them out: the rows of ``parts/error_groups.sql``, with what their records say."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from spanlog_query_api.fingerprints import format_fingerprint
from spanlog_query_api.identifiers import display_trace_id
from spanlog_query_api.models.errors import ErrorGroup, Why
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import DAY_NANOSECONDS, format_time
from spanlog_query_api.titles import first_line

Side = Literal["", "before_"]
"""Of which period the figures of an item are: the one that was asked about, or the one before it."""

_SAMPLES_PER_QUERY: Final = 250
"""Parameters travel in the URL when the store is a server, and a URL is bounded."""


class GroupPeriod(NamedTuple):
    """Which records count, in nanoseconds since 1970, and which came before them."""

    since: int
    until: int
    is_whole: bool = False
    """All time. ``since`` is then only what tells new groups from those that were there before."""

    @classmethod
    def whole(cls) -> "GroupPeriod":
        """All time; new is what was first seen in the last 24 hours."""
        now = time.time_ns()
        return cls(now - DAY_NANOSECONDS, now, is_whole=True)


def group_parameters(period: GroupPeriod, agent_id: str, level: str = "") -> dict[str, Any]:
    """Return what ``parts/error_groups.sql`` binds."""
    return {
        "whole": int(period.is_whole),
        # There is nothing before 1970, so a period that would begin there begins in 1970.
        "previous": max(0, period.since - (period.until - period.since)),
        "since": period.since,
        "until": period.until,
        "now": time.time_ns(),
        "agent_id": agent_id,
        "level": level,
    }


def rows_to_groups(queries: QueryRunner, rows: Sequence[Row], agent_id: str, side: Side = "") -> dict[int, ErrorGroup]:
    """Return the items of ``rows`` by fingerprint, with title, reason and sample of the newest record of each."""
    samples = _samples(
        queries, {row[f"{side}sample_fingerprint"]: row[f"{side}last_unix_nano"] for row in rows}, agent_id
    )
    return {
        row["fingerprint"]: _row_to_group(row, samples.get(row[f"{side}sample_fingerprint"], {}), side) for row in rows
    }


def _samples(queries: QueryRunner, times: Mapping[int, int], agent_id: str) -> dict[int, Row]:
    found: dict[int, Row] = {}
    fingerprints = list(times)
    for start in range(0, len(fingerprints), _SAMPLES_PER_QUERY):
        part = fingerprints[start : start + _SAMPLES_PER_QUERY]
        moments = [times[fingerprint] for fingerprint in part]
        rows = queries.run(
            "error_samples",
            {
                "fingerprints": part,
                "times": moments,
                "first": min(moments),
                "last": max(moments),
                "agent_id": agent_id,
            },
        )
        found.update({row["fingerprint"]: row for row in rows})
    return found


def _row_to_group(row: Row, sample: Mapping[str, Any], side: Side) -> ErrorGroup:
    is_resolved = row["resolved_through"] > 0
    return ErrorGroup(
        fingerprint=format_fingerprint(row["fingerprint"]),
        count=row[f"{side}count"],
        status=row["status"],
        title=title_of(sample),
        type=sample.get("exception_type", ""),
        agents=list(row[f"{side}agents"]),
        first_seen=format_time(row[f"{side}first_unix_nano"]),
        last_seen=format_time(row[f"{side}last_unix_nano"]),
        why=why_of(sample),
        unresolved_count=row["unresolved_count"],
        sample_id=sample.get("id") or None,
        sample_trace_id=trace_id_of(sample),
        is_new=bool(row["count"] and not row["before_count"]),
        is_regressed=row["status"] == "regressed",
        assigned_to=row["assigned_to"] or None,
        resolved_by=row["resolved_by"] or None if is_resolved else None,
        resolved_at=format_time(row["resolved_unix_nano"]) if is_resolved else None,
        muted_until=format_time(row["muted_until_unix_nano"])
        if row["is_muted"] and row["muted_until_unix_nano"]
        else None,
        muted_count=row["muted_records"] or None if row["is_muted"] else None,
    )


def title_of(sample: Mapping[str, Any]) -> str:
    """Return the first line of the message; where there is none, of the exception."""
    exception = ": ".join(part for part in (sample.get("exception_type"), sample.get("exception_message")) if part)
    return first_line(sample.get("message", "")) or first_line(exception)


def why_of(sample: Mapping[str, Any]) -> Why:
    """Return why records are one group."""
    return Why(rule=sample.get("rule", ""), parts=list(sample.get("parts", ())))


def trace_id_of(sample: Mapping[str, Any]) -> str | None:
    """Return a record's trace id in its sender's spelling."""
    return display_trace_id(sample.get("trace_id", ""), sample.get("trace_id_form", "")) or None


def in_order(groups: Mapping[int, ErrorGroup], rows: Iterable[Row]) -> list[ErrorGroup]:
    """Return the items of ``rows``, in their order."""
    return [groups[row["fingerprint"]] for row in rows]
