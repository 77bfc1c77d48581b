"""A trace as a whole: from its rows where all of them were read, else as the engine counted them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from spanlog_query_api.queries import Row
from spanlog_query_api.traces.rows import LogRow, SpanRow

_MAX_AGENTS: Final = 100
_LAST_MOMENT: Final = 2**63 - 1
"""The engine's last; a span that claims to end after it ends at it."""

_ERROR_LEVELS: Final = ("error", "critical")


class TraceTotals(NamedTuple):
    """What ``trace_totals.sql`` says of a trace; times in nanoseconds since 1970."""

    start: int
    end: int
    span_count: int
    log_count: int
    error_count: int
    agents: list[str]


def trace_totals(row: Row) -> TraceTotals:
    """Return the totals of the row of ``trace_totals.sql``."""
    return TraceTotals(
        row["start_unix_nano"],
        row["end_unix_nano"],
        row["span_count"],
        row["log_count"],
        row["error_count"],
        row["agents"],
    )


def count_rows(spans: Sequence[SpanRow], logs: Sequence[LogRow]) -> TraceTotals:
    """Return the totals of a trace of which these are all rows."""
    starts = [*(span.start for span in spans), *(log.time for log in logs)]
    ends = [*(min(span.start + span.duration, _LAST_MOMENT) for span in spans), *(log.time for log in logs)]
    return TraceTotals(
        start=min(starts, default=0),
        end=max(ends, default=0),
        span_count=len(spans),
        log_count=len(logs),
        error_count=sum(span.status == "Error" for span in spans) + sum(log.level in _ERROR_LEVELS for log in logs),
        agents=sorted({span.agent_id for span in spans} | {log.agent_id for log in logs})[:_MAX_AGENTS],
    )
