"""Records over time, in intervals of a length that people know.

Of agents and levels they are taken from what is counted at insert, where the intervals are made of its five minutes.
"""

from collections import Counter, defaultdict
from typing import Any, Final

from spanlog_query_api.counting import STEP_NANOSECONDS, split_at_edges, steps
from spanlog_query_api.edge_times import count_in_edge
from spanlog_query_api.models.search import HistogramBar, LogHistogram
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.search.conditions import Condition, Expression, all_of, counted_condition
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND, NANOSECONDS_PER_SECOND, format_time
from spanlog_query_api.whole_hours import Span

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
    """Return the records of the period [since, until), in nanoseconds since 1970, for which ``condition`` holds.

    ``condition`` may say a period too, of which [since, until) is a part.
    """
    interval = choose_interval(since, until, bars)
    of_counts = counted_condition(condition) if interval % STEP_NANOSECONDS == 0 else None
    if of_counts is None:
        rows = _of_records(queries, condition, Span(since, until), interval)
    else:
        rows = _of_counts(queries, of_counts, Span(since, until), interval)
    levels: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        levels[row["number"]][row["level"]] += row["total"]
    first = since // interval
    found = [_bar(number * interval, levels[number]) for number in range(first, first + _count(since, until, interval))]
    return LogHistogram(
        since=format_time(since),
        until=format_time(until),
        interval_seconds=interval / NANOSECONDS_PER_SECOND,
        total=sum(bar.total for bar in found),
        bars=found,
    )


def _of_counts(queries: QueryRunner, condition: Condition, period: Span, interval: int) -> list[Row]:
    asked = {**steps(*period), "interval": interval // NANOSECONDS_PER_SECOND}
    counts = queries.run("counted_histogram", asked, condition=condition)
    rows, edges = split_at_edges(counts, *period)
    for edge in edges:
        step = 1 if edge.since == period.since else 2
        total = sum(row["total"] for row in counts if row["step"] == step)
        levels = count_in_edge(queries, condition, edge, total)
        if levels is None:
            rows += _of_records(queries, condition, edge, interval)
        else:
            # A step lies in one interval.
            number = edge.since // interval
            rows += [{"number": number, "level": level, "total": count} for level, count in levels.items() if count]
    return rows


def _of_records(queries: QueryRunner, condition: Condition, span: Span, interval: int) -> list[Row]:
    within = (Expression("since", {"time": span.since}), Expression("until", {"time": span.until}))
    return queries.run("histogram", {"interval": interval}, condition=all_of(*within, condition))


def _bar(start: int, levels: dict[str, Any]) -> HistogramBar:
    return HistogramBar(start=format_time(start), total=sum(levels.values()), **levels)


def _count(since: int, until: int, interval: int) -> int:
    return (until - 1) // interval - since // interval + 1
