"""The figures of error groups in a period: counted by fingerprint in the engine, put together by group here.

Plans of queries that joined all of this cost the engine more than counting does, and there are hundreds of groups,
seldom thousands; so the queries are small ones, and only those are asked that there is a reason for.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from spanlog_collector.storage import QueryLimits
from spanlog_query_api.error_groups.lifecycle import known_states, read_totals
from spanlog_query_api.error_groups.states import ErrorState, States, members_of, state_of
from spanlog_query_api.models.errors import Status
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.resolutions import has_resolutions
from spanlog_query_api.times import DAY_NANOSECONDS
from spanlog_query_api.whole_hours import whole_days

_LIMITS: Final = QueryLimits(max_result_rows=200_000)
_FINGERPRINTS_PER_QUERY: Final = 500
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

    @property
    def previous(self) -> int:
        """Where the period of equal length before this one starts; there is nothing before 1970."""
        return max(0, self.since - (self.until - self.since))

    @property
    def bounds(self) -> dict[str, int]:
        """Return what queries bind that count records one by one."""
        return {"since": 0, "until": 2**63 - 1} if self.is_whole else {"since": self.since, "until": self.until}


@dataclass(slots=True)
class Figures:
    """Records of a group in one period; times in nanoseconds since 1970, 0 where there is no record."""

    records: int = 0
    first: int = 0
    last: int = 0
    agents: set[str] = field(default_factory=set)
    sample_fingerprint: int = 0
    """Of which of its fingerprints the last record is."""

    def add(self, fingerprint: int, records: int, first: int, last: int, agents: Iterable[str]) -> None:
        """Take in the records of one more fingerprint."""
        self.first = min(self.first, first) if self.records else first
        if last > self.last or not self.records:
            self.last, self.sample_fingerprint = last, fingerprint
        self.records += records
        self.agents.update(agents)


@dataclass(slots=True)
class GroupFigures:
    """One group in the period and in the one before it, and how it stands."""

    fingerprint: int
    state: ErrorState
    now: Figures = field(default_factory=Figures)
    before: Figures = field(default_factory=Figures)
    unresolved: int = 0
    is_muted: bool = False

    @property
    def status(self) -> Status:
        """What the API calls it."""
        if self.is_muted:
            return "muted"
        if not self.unresolved:
            return "resolved"
        return "regressed" if self.state.resolved_through else "open"

    @property
    def is_new(self) -> bool:
        """Whether it has records in the period, and none before."""
        return self.now.records > 0 and not self.before.records


def read_figures(  # noqa: PLR0913 - of which records, most by name
    queries: QueryRunner,
    period: GroupPeriod,
    agent_id: str = "",
    level: str = "",
    states: States | None = None,
    *,
    fingerprints: Sequence[int] = (),
) -> list[GroupFigures]:
    """Return every group with a record in ``period`` or the one before it; of one agent, one level, if set.

    ``states`` is what ``known_states`` returned a moment ago, where it did. With ``fingerprints``, only records of
    those are looked at.

    Raises:
        QueryTooLargeError: more than 200,000 fingerprints.
    """
    of_whom = {"agent_id": agent_id, "level": level}
    rows = _counted(queries, period, {**of_whom, "fingerprints": list(fingerprints)})
    if states is None:
        states = known_states(queries)
    groups: dict[int, GroupFigures] = {}
    through: dict[int, int] = {}
    for row in rows:
        fingerprint = row["fingerprint"]
        member = state_of(states, fingerprint)
        through[fingerprint] = member.group_resolved_through
        group = groups.get(member.group)
        if group is None:
            group = groups[member.group] = GroupFigures(member.group, state_of(states, member.group))
        figures = group.now if row["is_in_period"] else group.before
        figures.add(fingerprint, row["records"], row["first"], row["last"], row["agents"])
    in_period = [row for row in rows if row["is_in_period"]]
    unresolved = _unresolved(queries, in_period, through, {**period.bounds, **of_whom})
    for fingerprint, count in unresolved.items():
        groups[state_of(states, fingerprint).group].unresolved += count
    _mark_muted(queries, states, groups)
    return list(groups.values())


def _counted(queries: QueryRunner, period: GroupPeriod, of_which: Mapping[str, Any]) -> list[Row]:
    if not period.is_whole:
        return _counted_in_period(queries, period, of_which)
    rows = queries.run("errors_of_all_time", {"since": period.since, **of_which}, _LIMITS)
    # What came before is of no interest but for its being there.
    before = [{**row, "is_in_period": False, "records": row["before_records"]} for row in rows if row["before_records"]]
    return [{**row, "is_in_period": True} for row in rows] + before


def _counted_in_period(queries: QueryRunner, period: GroupPeriod, of_which: Mapping[str, Any]) -> list[Row]:
    bounds = {"previous": period.previous, "since": period.since, "until": period.until}
    previous_days, days = whole_days(period.previous, period.since), whole_days(period.since, period.until)
    if previous_days.since == previous_days.until and days.since == days.until:
        return queries.run("errors_of_periods", {**bounds, **of_which}, _LIMITS)
    bounds |= {"previous_days_since": previous_days.since, "previous_days_until": previous_days.until}
    bounds |= {"days_since": days.since, "days_until": days.until}
    return queries.run("errors_of_days", {**bounds, **of_which}, _LIMITS)


def _unresolved(
    queries: QueryRunner, rows: Sequence[Row], through: Mapping[int, int], parameters: Mapping[str, Any]
) -> dict[int, int]:
    """Return by fingerprint how many records nobody resolved, one by one or with the group."""
    resolved = {}
    if has_resolutions(queries):
        resolved = {
            row["fingerprint"]: row["records"] for row in queries.run("resolved_errors", dict(parameters), _LIMITS)
        }
    counts = {
        row["fingerprint"]: max(0, row["records"] - resolved.get(row["fingerprint"], 0))
        for row in rows
        if not through[row["fingerprint"]]
    }
    # Only what was seen after its group was resolved needs a closer look.
    seen_again = [row["fingerprint"] for row in rows if 0 < through[row["fingerprint"]] < row["last"]]
    for part in in_parts(seen_again):
        moments = [through[fingerprint] for fingerprint in part]
        for row in queries.run("later_errors", {**parameters, "fingerprints": part, "moments": moments}):
            counts[row["fingerprint"]] = max(0, row["records"] - row["resolved"])
    return counts


def _mark_muted(queries: QueryRunner, states: States, groups: Mapping[int, GroupFigures]) -> None:
    moment = time.time_ns()
    muted = [
        group
        for group in groups.values()
        if group.state.muted_at and (not group.state.muted_until or group.state.muted_until > moment)
    ]
    counting = {group.fingerprint for group in muted if group.state.muted_records}
    members = {fingerprint: members_of(states, fingerprint) for fingerprint in counting}
    totals = read_totals(queries, [member for each in members.values() for member in each]) if counting else {}
    for group in muted:
        if group.fingerprint in counting:
            records = sum(totals[member].records for member in members[group.fingerprint] if member in totals)
            group.is_muted = records < group.state.records_when_muted + group.state.muted_records
        else:
            group.is_muted = True


def in_parts(fingerprints: Sequence[int]) -> Iterator[list[int]]:
    """Cut a list to what one query takes."""
    step = _FINGERPRINTS_PER_QUERY
    return (list(fingerprints[start : start + step]) for start in range(0, len(fingerprints), step))
