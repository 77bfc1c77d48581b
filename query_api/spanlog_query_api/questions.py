"""What may be asked, as the parameters of the routes that answer it. Times in nanoseconds since 1970."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from spanlog_query_api.parameters import AgentFilter, LevelName, Since, TraceIdHex, Until, check_order
from spanlog_query_api.text import Name, SearchText


class LogQuestion(BaseModel):
    """Which records, and which page of them. All conditions hold; an empty text filters nothing."""

    agent_id: AgentFilter = ""
    level: Annotated[LevelName | None, Field(description="Only this level.")] = None
    category: Annotated[Name, Field(description="Only this category.")] = ""
    source: Annotated[Name, Field(description="Only this source.")] = ""
    session_key: Annotated[Name, Field(description="Only this run or conversation.")] = ""
    trace_id: Annotated[TraceIdHex | None, Field(description="Only this trace: a UUID or 32 hex digits.")] = None
    resolved: Annotated[bool | None, Field(description="Only records that are, or are not, resolved.")] = None
    since: Since = None
    until: Until = None
    search: Annotated[SearchText, Field(description="Text that the message contains, in any case.")] = ""
    limit: Annotated[int, Field(ge=1, le=1000, description="Records on a page.")] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000_000, description="Records to pass over.")] = 0

    def conditions(self) -> dict[str, Any]:
        """Return what ``count_logs.sql`` binds, and ``list_logs.sql`` besides the page.

        Raises:
            InvalidParameterError: the period ends before it begins.
        """
        check_order(self.since, self.until)
        return {
            "agent_id": self.agent_id,
            "level": self.level or "",
            "category": self.category,
            "source": self.source,
            "session_key": self.session_key,
            "trace_id": self.trace_id or "",
            "resolved": "" if self.resolved is None else str(self.resolved).lower(),
            "since": self.since or 0,
            # 0 stands for no end. No record is from 1970's first nanosecond, so one later asks the same.
            "until": 0 if self.until is None else max(1, self.until),
            "search": self.search,
        }


class SummaryQuestion(BaseModel):
    """Of which period, of whom, and what counts as recurring."""

    since: Since = None
    until: Until = None
    agent_id: AgentFilter = ""
    recurring_min: Annotated[
        int, Field(ge=2, le=1_000_000_000, description="How many records make an error recurring.")
    ] = 3


class PatternQuestion(BaseModel):
    """Patterns of which period, of whom, and which page of them."""

    since: Since = None
    until: Until = None
    agent_id: AgentFilter = ""
    level: Annotated[LevelName | None, Field(description="Only records of this level.")] = None
    search: Annotated[
        SearchText, Field(description="Text that the pattern's template or example contains, in any case.")
    ] = ""
    limit: Annotated[int, Field(ge=1, le=1000, description="Patterns on a page.")] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000_000, description="Patterns to pass over.")] = 0


class TraceQuestion(BaseModel):
    """Which traces, and in what order."""

    agent_id: Annotated[AgentFilter, Field(description="Only traces in which this agent took part.")] = ""
    since: Since = None
    until: Until = None
    order: Annotated[Literal["start", "duration"], Field(description="Latest start first, or longest first.")] = "start"
    limit: Annotated[int, Field(ge=1, le=1000, description="Traces at most.")] = 100
