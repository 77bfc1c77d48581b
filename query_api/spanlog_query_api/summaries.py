"""The summary of a period: totals, and the error groups that are unresolved, new, recurring, regressed or vanished."""

from typing import Final, NamedTuple

from spanlog_query_api.counting import Counts
from spanlog_query_api.error_groups.figures import GroupFigures, GroupPeriod, read_figures
from spanlog_query_api.error_groups.groups import Side, figures_to_items, in_order
from spanlog_query_api.hourly_counts import count_hours
from spanlog_query_api.models.errors import ErrorGroup
from spanlog_query_api.models.summary import AgentTotals, Summary
from spanlog_query_api.parameters import period
from spanlog_query_api.patterns.counts import MAX_SHAPES, period_before, top_patterns
from spanlog_query_api.patterns.memory import PatternMemory
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import SummaryQuestion
from spanlog_query_api.severity import LEVELS
from spanlog_query_api.times import format_time
from spanlog_query_api.whole_hours import Span

MAX_GROUPS: Final = 100
"""Of each list; the totals count them all."""

_MAX_AGENTS: Final = 1_000
_ERROR_LEVELS: Final = ("error", "critical")


class _List(NamedTuple):
    """Which groups are in it, by their count in which period, and how many there are in all."""

    items: list[ErrorGroup]
    total: int


def summarize(queries: QueryRunner, memory: PatternMemory, question: SummaryQuestion) -> Summary:
    """Answer ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins.
    """
    since, until = period(question.since, question.until)
    counted = count_hours(queries, period_before(since, until), Span(since, until), question.agent_id, MAX_SHAPES)
    counts = counted.by_agent
    agents = sorted(
        (AgentTotals(agent_id=agent, total=sum(levels.values()), **levels) for agent, levels in counts.items()),
        key=lambda agent: (-agent.error - agent.critical, -agent.total, agent.agent_id),
    )[:_MAX_AGENTS]
    lists = _lists(queries, GroupPeriod(since, until), question)
    return Summary(
        since=format_time(since),
        until=format_time(until),
        agent_id=question.agent_id or None,
        total=sum(sum(levels.values()) for levels in counts.values()),
        by_level={level: sum(levels[level] for levels in counts.values()) for level in LEVELS},
        by_agent=_errors_by_agent(counts, agents),
        agents=agents,
        agents_total=len(counts),
        unresolved=lists["unresolved"].items,
        unresolved_total=lists["unresolved"].total,
        new=lists["new"].items,
        new_total=lists["new"].total,
        recurring=lists["recurring"].items,
        recurring_total=lists["recurring"].total,
        regressed=lists["regressed"].items,
        regressed_total=lists["regressed"].total,
        vanished=lists["vanished"].items,
        vanished_total=lists["vanished"].total,
        top_patterns=top_patterns(queries, memory, Span(since, until), question.agent_id, counted.by_shape),
    )


def _errors_by_agent(counts: Counts, agents: list[AgentTotals]) -> dict[str, int]:
    errors = {agent.agent_id: sum(counts[agent.agent_id][level] for level in _ERROR_LEVELS) for agent in agents}
    return {agent_id: count for agent_id, count in errors.items() if count}


def _lists(queries: QueryRunner, of_when: GroupPeriod, question: SummaryQuestion) -> dict[str, _List]:
    groups = [group for group in read_figures(queries, of_when, question.agent_id) if not group.is_muted]
    belonging = {
        "unresolved": [group for group in groups if group.unresolved],
        "new": [group for group in groups if group.is_new],
        "recurring": [group for group in groups if group.now.records >= question.recurring_min],
        "regressed": [group for group in groups if group.status == "regressed"],
        "vanished": [group for group in groups if not group.now.records],
    }
    sides: dict[str, Side] = {name: "before" if name == "vanished" else "now" for name in belonging}
    members = {name: _most_first(found, sides[name]) for name, found in belonging.items()}
    # A group is often in several lists; what its records say is read once.
    shown = {group.fingerprint: (group, sides[name]) for name, found in members.items() for group in found[:MAX_GROUPS]}
    items = figures_to_items(queries, shown.values(), question.agent_id)
    return {name: _List(in_order(items, found[:MAX_GROUPS]), len(found)) for name, found in members.items()}


def _most_first(groups: list[GroupFigures], side: Side) -> list[GroupFigures]:
    def key(group: GroupFigures) -> tuple[int, int, int]:
        figures = group.now if side == "now" else group.before
        return -figures.records, -figures.last, group.fingerprint

    return sorted(groups, key=key)
