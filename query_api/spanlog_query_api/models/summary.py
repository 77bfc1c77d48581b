"""What the summary says."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from spanlog_query_api.severity import Level


class Why(BaseModel):
    """Why these records are one group."""

    rule: Annotated[
        str,
        Field(
            description="Which rule decided: `custom` (the program's own fingerprint), `exception` (type and frames), "
            "`template` (the message before its arguments), `message` (the message with numbers masked)."
        ),
    ]
    parts: Annotated[list[str], Field(description="What the rule looked at.")]


class ErrorGroup(BaseModel):
    """Records of level error or critical with one fingerprint; figures are of the period."""

    fingerprint: Annotated[str, Field(description="16 hex digits.")]
    count: Annotated[int, Field(description="Records in the period.")]
    status: Annotated[
        Literal["open", "resolved"], Field(description="`resolved` when every record in the period is resolved.")
    ]
    title: Annotated[str, Field(description="The first line of its newest message, at most 200 characters.")]
    type: Annotated[str, Field(description="The exception's type, or empty.")]
    agents: Annotated[list[str], Field(description="Which agents logged it, at most 100, by name.")]
    first_seen: Annotated[str, Field(description="First record in the period.")]
    last_seen: Annotated[str, Field(description="Last record in the period.")]
    why: Why
    unresolved_count: Annotated[int, Field(description="Records in the period that nobody resolved.")]
    sample_id: Annotated[str, Field(description="Its newest record in the period.")]
    sample_trace_id: Annotated[str | None, Field(description="That record's trace.")]


class AgentTotals(BaseModel):
    """One agent's records in the period, by level."""

    agent_id: str
    total: int
    debug: int
    info: int
    warn: int
    error: int
    critical: int


class Summary(BaseModel):
    """What happened in the period."""

    since: Annotated[str, Field(description="Start of the period, inside.")]
    until: Annotated[str, Field(description="End of the period, outside.")]
    agent_id: Annotated[str | None, Field(description="The agent that was asked about; null for all.")]
    total: Annotated[int, Field(description="All records.")]
    by_level: Annotated[dict[Level, int], Field(description="Records by level, each level named.")]
    by_agent: Annotated[
        dict[str, int], Field(description="Records of level error or critical by agent, for agents that have any.")
    ]
    agents: Annotated[
        list[AgentTotals], Field(description="Records by agent and level; the 1,000 with most errors, then records.")
    ]
    agents_total: Annotated[int, Field(description="How many agents logged.")]
    unresolved: Annotated[
        list[ErrorGroup], Field(description="Groups with at least one record in the period that nobody resolved.")
    ]
    unresolved_total: int
    new: Annotated[
        list[ErrorGroup],
        Field(description="Groups with no record in the period of equal length that ends where this one starts."),
    ]
    new_total: int
    recurring: Annotated[
        list[ErrorGroup], Field(description="Groups with at least `recurring_min` records in the period.")
    ]
    recurring_total: int
