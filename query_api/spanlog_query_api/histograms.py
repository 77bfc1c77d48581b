"""Records over time, in intervals of a length that people know."""

from typing import Any, Final

from spanlog_query_api.models.search import HistogramBar, LogHistogram
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.search.conditions import Condition, Expression, all_of
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND, NANOSECONDS_PER_SECOND, format_time

_MINUTE: Final = 60 * NANOSECONDS_PER_SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_INTERVALS: Final = (
    *(count * NANOSECONDS_PER_MILLISECOND for count in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(count * NANOSECONDS_PER_SECOND for count in (1, 2, 5, 10, 15, 30)),
    *(count * _MINUTE for count in (1, 2, 5, 10, 15, 30)),
    *(count * _HOUR for count in (1, 2, 3, 6, 12)),
    *(count * _DAY for count in (1, 2, 7, 14, 28)),
)


def choose_interval(since: int, until: int, bars: int) -> int:
    """Return the shortest interval, in nanoseconds, of which ``bars`` cover the period."""
    for interval in _INTERVALS:
        if _count(since, until, interval) <= bars:
            return interval
    interval = _INTERVALS[-1]
    while _count(since, until, interval) > bars:
        interval *= 2
    return interval


def histogram(queries: QueryRunner, condition: Condition, since: int, until: int, bars: int) -> LogHistogram:
    """Return the records of the period [since, until), in nanoseconds since 1970, for which ``condition`` holds."""
    interval = choose_interval(since, until, bars)
    period = all_of(Expression("since", {"time": since}), Expression("until", {"time": until}), condition)
    levels: dict[int, dict[str, int]] = {}
    for row in queries.run("histogram", {"interval": interval}, condition=period):
        levels.setdefault(row["number"], {})[row["level"]] = row["total"]
    first = since // interval
    found = [
        _bar(number * interval, levels.get(number, {}))
        for number in range(first, first + _count(since, until, interval))
    ]
    return LogHistogram(
        since=format_time(since),
        until=format_time(until),
        interval_seconds=interval / NANOSECONDS_PER_SECOND,
        total=sum(bar.total for bar in found),
        bars=found,
    )


def _bar(start: int, levels: dict[str, Any]) -> HistogramBar:
    return HistogramBar(start=format_time(start), total=sum(levels.values()), **levels)


def _count(since: int, until: int, interval: int) -> int:
    return (until - 1) // interval - since // interval + 1
