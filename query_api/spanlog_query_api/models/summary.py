"""What the summary says."""

from typing import Annotated

from pydantic import BaseModel, Field

from spanlog_query_api.models.errors import ErrorGroup
from spanlog_query_api.severity import Level


class AgentTotals(BaseModel):
    """One agent's records in the period, by level."""

    agent_id: str
    total: int
    debug: int
    info: int
    warn: int
    error: int
    critical: int


class TopPattern(BaseModel):
    """A message's shape, and how many records have it."""

    pattern: Annotated[str, Field(description="The pattern's id.")]
    template: Annotated[str, Field(description="The message, with what varies replaced.")]
    count: Annotated[int, Field(description="Records in the period.")]


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
    regressed: Annotated[
        list[ErrorGroup],
        Field(description="Groups that were resolved and have a record in the period that is later than that."),
    ]
    regressed_total: int
    vanished: Annotated[
        list[ErrorGroup],
        Field(
            description="Groups with records in the period of equal length before this one, and none in this; their "
            "figures are of the period before."
        ),
    ]
    vanished_total: int
    top_patterns: Annotated[list[TopPattern], Field(description="The most frequent message shapes in the period.")]
