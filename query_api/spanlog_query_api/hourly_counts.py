"""Records of a period by message shape, and by agent and level, at once: what every summary asks. Exact, and cheap.

As in ``counting.py``, an hour that an edge lies in is taken from the counts where all that is counted in it lies on one
side of the edge; so the records of the current hour need not be read for a period that ends now. Whole days are counted
as such: 30 days cost little more than one. One question for both: each costs the engine as much to plan as to answer.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from typing import Final, NamedTuple

from spanlog_query_api.counting import Counts
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.severity import LEVELS
from spanlog_query_api.times import DAY_NANOSECONDS, NANOSECONDS_PER_SECOND
from spanlog_query_api.whole_hours import HOUR_NANOSECONDS, Span, whole_days

_MAX_UNIX_SECONDS: Final = 2**32 - 1
"""The last second that the engine's DateTime holds."""


class PeriodCounts(NamedTuple):
    """Records of a period."""

    by_agent: Counts
    by_shape: dict[int, int]
    """Also of shapes that have none in it, but some in the hours before that were asked for."""


class _Edge(NamedTuple):
    """An hour that a period begins or ends in."""

    inside: Span
    outside: Span | None
    """The rest of the hour, where that is in one piece."""

    def records_in(self, queries: QueryRunner, totals: Mapping[Hashable, int], agent_id: str) -> Counter[Hashable]:
        """Return how many of the hour's ``totals`` lie inside: records of the shorter part of the hour are read."""
        outside = self.outside
        if outside is None or _length(self.inside) <= _length(outside):
            counted = _count_records(queries, self.inside, agent_id)
            return Counter({key: counted[key] for key in totals})
        counted = _count_records(queries, outside, agent_id)
        # A record may be seen a moment before it is counted.
        return Counter({key: max(0, total - counted[key]) for key, total in totals.items()})


def count_hours(queries: QueryRunner, previous: int, period: Span, agent_id: str, max_shapes: int) -> PeriodCounts:
    """Return the records of ``period``, of one agent if ``agent_id`` is set.

    Args:
        queries: What to ask by.
        previous: From the hour of this moment on, of everybody's from its day, shapes are told; nanoseconds since 1970.
        period: Its beginning and end.
        agent_id: Whose; empty for everybody's.
        max_shapes: So many shapes, the most frequent; agents are always complete.
    """
    since, until = period
    first_step, last_step = since - since % HOUR_NANOSECONDS, until - until % HOUR_NANOSECONDS
    rows = queries.run(
        "counts_of_hours",
        {
            **_steps(previous, first_step, last_step, is_of_everybody=not agent_id),
            "agent_id": agent_id,
            "limit": max_shapes,
        },
    )
    if first_step == last_step:
        edges = {"1": _Edge(period, None)}
    else:
        edges = {
            "1": _Edge(Span(since, first_step + HOUR_NANOSECONDS), Span(first_step, since)),
            "2": _Edge(Span(last_step, until), Span(until, last_step + HOUR_NANOSECONDS)),
        }
    counts = Counter({_key(row): row["between"] for row in rows})
    for step, edge in edges.items():
        cut = {
            _key(row): row[f"records_{step}"] for row in rows if row[f"records_{step}"] and _is_cut(row, step, period)
        }
        for row in rows:
            if _key(row) not in cut and since <= row[f"first_{step}"] < until:
                counts[_key(row)] += row[f"records_{step}"]
        if cut:
            counts += edge.records_in(queries, cut, agent_id)
    by_agent: Counts = defaultdict(lambda: dict.fromkeys(LEVELS, 0))
    for row in rows:
        # An agent that logged only before the period is none of it.
        if row["is_of_agent"] and counts[_key(row)]:
            by_agent[row["agent_id"]][row["level"]] = counts[_key(row)]
    return PeriodCounts(dict(by_agent), {row["shape"]: counts[_key(row)] for row in rows if not row["is_of_agent"]})


def _length(span: Span) -> int:
    return span.until - span.since


def _key(row: Row) -> Hashable:
    return (row["agent_id"], row["level"]) if row["is_of_agent"] else row["shape"]


def _is_cut(row: Row, step: str, period: Span) -> bool:
    return any(row[f"first_{step}"] < edge <= row[f"last_{step}"] for edge in period)


def _count_records(queries: QueryRunner, edge: Span, agent_id: str) -> Counter[Hashable]:
    rows = queries.run("edge_counts", {"since": edge.since, "until": edge.until, "agent_id": agent_id})
    return Counter({_key(row): row["records"] for row in rows})


def _steps(previous: int, first_step: int, last_step: int, *, is_of_everybody: bool) -> dict[str, int]:
    """Return the hours that are read, and the days among them: not of the two hours that the period's edges lie in.

    Which shapes there were before is known by the day, but not whose they were.
    """
    previous_step = first_step if is_of_everybody else previous - previous % HOUR_NANOSECONDS
    previous_days = whole_days(previous_step, first_step)
    days = whole_days(first_step + HOUR_NANOSECONDS, last_step)
    moments = {
        "shapes_since": previous - previous % DAY_NANOSECONDS if is_of_everybody else 0,
        "shapes_until": first_step if is_of_everybody else 0,
        "previous_step": previous_step,
        "first_step": first_step,
        "last_step": last_step,
        "previous_days_since": previous_days.since,
        "previous_days_until": previous_days.until,
        "days_since": days.since,
        "days_until": days.until,
    }
    return {name: min(moment // NANOSECONDS_PER_SECOND, _MAX_UNIX_SECONDS) for name, moment in moments.items()}
