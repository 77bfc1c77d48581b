"""The summary of a period: totals, and the error groups that are unresolved, new, recurring, regressed or vanished."""

from typing import Final

from spanlog_query_api.counting import counted_period
from spanlog_query_api.error_groups import GroupPeriod, Side, group_parameters, in_order, rows_to_groups
from spanlog_query_api.models.errors import ErrorGroup
from spanlog_query_api.models.summary import AgentTotals, Summary
from spanlog_query_api.parameters import period
from spanlog_query_api.patterns import top_patterns
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import SummaryQuestion
from spanlog_query_api.severity import LEVELS
from spanlog_query_api.times import format_time

MAX_GROUPS: Final = 100
"""Of each list; the totals count them all."""

_LISTS: Final[dict[str, Side]] = {
    "unresolved": "",
    "new": "",
    "recurring": "",
    "regressed": "",
    "vanished": "before_",
}


def summarize(queries: QueryRunner, question: SummaryQuestion) -> Summary:
    """Answer ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins.
    """
    since, until = period(question.since, question.until)
    agents = queries.run("summary_agents", {**counted_period(queries, since, until), "agent_id": question.agent_id})
    sums = agents[0] if agents else None
    rows = queries.run(
        "summary_groups",
        {
            **group_parameters(GroupPeriod(since, until), question.agent_id),
            "recurring_min": question.recurring_min,
            "limit": MAX_GROUPS,
        },
    )
    lists = _lists(queries, rows, question.agent_id)
    totals = {name: rows[0][f"{name}_total"] if rows else 0 for name in _LISTS}
    return Summary(
        since=format_time(since),
        until=format_time(until),
        agent_id=question.agent_id or None,
        total=sums["all_total"] if sums else 0,
        by_level={level: sums[f"all_{level}"] if sums else 0 for level in LEVELS},
        by_agent={row["agent_id"]: row["error"] + row["critical"] for row in agents if row["error"] + row["critical"]},
        agents=[AgentTotals(**{name: row[name] for name in AgentTotals.model_fields}) for row in agents],
        agents_total=sums["agents_total"] if sums else 0,
        unresolved=lists["unresolved"],
        unresolved_total=totals["unresolved"],
        new=lists["new"],
        new_total=totals["new"],
        recurring=lists["recurring"],
        recurring_total=totals["recurring"],
        regressed=lists["regressed"],
        regressed_total=totals["regressed"],
        vanished=lists["vanished"],
        vanished_total=totals["vanished"],
        top_patterns=top_patterns(queries, since, until, question.agent_id),
    )


def _lists(queries: QueryRunner, rows: list[Row], agent_id: str) -> dict[str, list[ErrorGroup]]:
    members = {
        name: [row for row in rows if row[f"is_{name}"] and row[f"{name}_rank"] <= MAX_GROUPS] for name in _LISTS
    }
    # A group is seldom in one list only; one that vanished is in no other.
    groups = {
        side: rows_to_groups(queries, [row for row in rows if bool(row["count"]) is (side == "")], agent_id, side)
        for side in ("", "before_")
    }
    return {name: in_order(groups[side], members[name]) for name, side in _LISTS.items()}
