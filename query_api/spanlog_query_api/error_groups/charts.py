"""A small chart for each group of a page: how many of its records lie in each of so many equal stretches of time."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from spanlog_query_api.error_groups.figures import GroupFigures, GroupPeriod, in_parts
from spanlog_query_api.error_groups.states import States, members_of
from spanlog_query_api.queries import QueryRunner

MAX_BUCKETS: Final = 100


class ChartBounds(NamedTuple):
    """Which time the charts of one page show, in nanoseconds since 1970, and in how many stretches."""

    since: int
    until: int
    buckets: int

    @property
    def step(self) -> int:
        """Length of one stretch; all of them together are at least as long as the time."""
        return max(1, -(-(self.until - self.since) // self.buckets))


def chart_bounds(period: GroupPeriod, groups: Sequence[GroupFigures], buckets: int) -> ChartBounds:
    """Return the bounds of charts for ``groups``: the period's; of all time, from the first record of any of them."""
    if not period.is_whole:
        return ChartBounds(period.since, period.until, buckets)
    first = min((group.now.first for group in groups), default=period.since)
    # A sender's clock may be ahead.
    last = max((group.now.last + 1 for group in groups), default=period.until)
    return ChartBounds(first, max(last, period.until), buckets)


def read_charts(
    queries: QueryRunner,
    states: States,
    groups: Sequence[GroupFigures],
    bounds: ChartBounds,
    of_whom: Mapping[str, str],
) -> dict[int, list[int]]:
    """Return the counts of each of ``groups`` by its fingerprint, empty stretches included.

    Args:
        queries: What asks the store.
        states: What was merged into which group.
        groups: The groups of the page.
        bounds: Which time.
        of_whom: The ``agent_id`` and the ``level`` that count alone, each empty for all.
    """
    group_of = {member: group.fingerprint for group in groups for member in members_of(states, group.fingerprint)}
    charts = {group.fingerprint: [0] * bounds.buckets for group in groups}
    for part in in_parts(list(group_of)):
        asked = {"fingerprints": part, "since": bounds.since, "until": bounds.until, "step": bounds.step, **of_whom}
        for row in queries.run("error_bars", asked):
            charts[group_of[row["fingerprint"]]][row["bucket"]] += row["records"]
    return charts
