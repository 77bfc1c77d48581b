"""What may be asked, as the parameters of the routes that answer it. Times in nanoseconds since 1970."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from spanlog_query_api.parameters import AgentFilter, Since, Until


class SummaryQuestion(BaseModel):
    """Of which period, of whom, and what counts as recurring."""

    since: Since = None
    until: Until = None
    agent_id: AgentFilter = ""
    recurring_min: Annotated[
        int, Field(ge=2, le=1_000_000_000, description="How many records make an error recurring.")
    ] = 3


class TraceQuestion(BaseModel):
    """Which traces, and in what order."""

    agent_id: Annotated[AgentFilter, Field(description="Only traces in which this agent took part.")] = ""
    since: Since = None
    until: Until = None
    order: Annotated[Literal["start", "duration"], Field(description="Latest start first, or longest first.")] = "start"
    limit: Annotated[int, Field(ge=1, le=1000, description="Traces at most.")] = 100
