"""The records of the step that a period's edge lies in, by level: read once, and counted from memory afterwards.

"The last 24 hours" begins in the same five minutes for five minutes, whoever asks.
"""

from array import array
from bisect import bisect_left
from typing import Final

from spanlog_query_api.counting import STEP_NANOSECONDS
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.search.conditions import Condition, Expression, all_of
from spanlog_query_api.whole_hours import Span

MAX_RECORDS: Final = 256
"""Of one step and condition; where there are more, they are counted each time."""


def count_in_edge(queries: QueryRunner, condition: Condition, edge: Span, counted: int) -> dict[str, int] | None:
    """Return the records of ``edge``, which lies in one step, by level; None where they are too many to keep in mind.

    Args:
        queries: What to ask by.
        condition: Of agents and levels, without a period.
        edge: A part of a step.
        counted: How many records are counted in the whole step. Records never leave a step but with their day, so as
            long as there are as many as before, they are the same.
    """
    if counted > MAX_RECORDS:
        return None
    step = edge.since - edge.since % STEP_NANOSECONDS
    key = ("times of a step", repr(condition), step)
    times: dict[str, array[int]] | None = queries.fact(*key)
    if times is None or sum(map(len, times.values())) != counted:
        within = (Expression("since", {"time": step}), Expression("until", {"time": step + STEP_NANOSECONDS}))
        rows = queries.run("edge_times", condition=all_of(*within, condition))
        times = {row["level"]: array("q", sorted(row["times"])) for row in rows}
        queries.keep_fact(times, *key)
    return {
        level: bisect_left(moments, edge.until) - bisect_left(moments, edge.since) for level, moments in times.items()
    }
