"""The summary of a period: totals, and the error groups that are unresolved, new or recurring."""

from collections.abc import Mapping
from typing import Final

from spanlog_query_api.entries import format_fingerprint
from spanlog_query_api.identifiers import display_trace_id
from spanlog_query_api.models.summary import AgentTotals, ErrorGroup, Summary, Why
from spanlog_query_api.parameters import period
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import SummaryQuestion
from spanlog_query_api.severity import LEVELS
from spanlog_query_api.times import format_time
from spanlog_query_api.titles import first_line

MAX_GROUPS: Final = 100
"""Of each list; the totals count them all."""

_LISTS: Final = ("unresolved", "new", "recurring")


def summarize(queries: QueryRunner, question: SummaryQuestion) -> Summary:
    """Answer ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins.
    """
    since, until = period(question.since, question.until)
    agents = queries.run("summary_agents", {"since": since, "until": until, "agent_id": question.agent_id})
    sums = agents[0] if agents else None
    rows = queries.run(
        "summary_groups",
        {
            # There is nothing before 1970, so a period that would begin there begins in 1970.
            "previous": max(0, since - (until - since)),
            "since": since,
            "until": until,
            "agent_id": question.agent_id,
            "recurring_min": question.recurring_min,
            "limit": MAX_GROUPS,
        },
    )
    groups = _groups(queries, rows)
    lists = {
        name: [groups[row["fingerprint"]] for row in rows if row[f"is_{name}"] and row[f"{name}_rank"] <= MAX_GROUPS]
        for name in _LISTS
    }
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
    )


def _groups(queries: QueryRunner, rows: list[Row]) -> dict[int, ErrorGroup]:
    if not rows:
        return {}
    samples = queries.run(
        "group_samples",
        {
            "ids": [row["sample_id"] for row in rows],
            "first": min(row["last_unix_nano"] for row in rows),
            "last": max(row["last_unix_nano"] for row in rows),
        },
    )
    # An id may have been used twice by its sender, for records of two groups.
    by_group = {(sample["id"], sample["fingerprint"]): sample for sample in samples}
    return {row["fingerprint"]: _group(row, by_group.get((row["sample_id"], row["fingerprint"]), {})) for row in rows}


def _group(row: Row, sample: Mapping[str, object]) -> ErrorGroup:
    def text(name: str) -> str:
        return str(sample.get(name, ""))

    parts = sample.get("parts")
    exception = ": ".join(part for part in (text("exception_type"), text("exception_message")) if part)
    return ErrorGroup(
        fingerprint=format_fingerprint(row["fingerprint"]),
        count=row["count"],
        status="open" if row["unresolved_count"] else "resolved",
        title=first_line(text("message")) or first_line(exception),
        type=text("exception_type"),
        agents=row["agents"],
        first_seen=format_time(row["first_unix_nano"]),
        last_seen=format_time(row["last_unix_nano"]),
        why=Why(rule=text("rule"), parts=list(parts) if isinstance(parts, list | tuple) else []),
        unresolved_count=row["unresolved_count"],
        sample_id=row["sample_id"],
        sample_trace_id=display_trace_id(text("trace_id"), text("trace_id_form")) or None,
    )
