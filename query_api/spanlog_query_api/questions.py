"""What may be asked, as the parameters of the routes that answer it. Times in nanoseconds since 1970."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from spanlog_query_api.durations import DURATION_FORMS, Duration
from spanlog_query_api.error_groups.charts import MAX_BUCKETS
from spanlog_query_api.error_groups.cursors import ErrorCursor
from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.parameters import AgentFilter, LevelName, Since, Until
from spanlog_query_api.pinned_cursors import MAX_CURSOR_CHARACTERS
from spanlog_query_api.text import Name, SearchText

RecurringMin = Annotated[int, Field(ge=2, le=1_000_000_000, description="How many records make an error recurring.")]


PinnedCursorText = Annotated[
    str, StringConstraints(max_length=MAX_CURSOR_CHARACTERS), Field(description="The `next_cursor` of the page before.")
]


class SummaryQuestion(BaseModel):
    """Of which period, of whom, and what counts as recurring."""

    since: Since = None
    until: Until = None
    agent_id: AgentFilter = ""
    recurring_min: RecurringMin = 3


class ErrorQuestion(BaseModel):
    """Which error groups, in what order, and which page of them."""

    status: Annotated[
        Literal["open", "resolved", "muted", "regressed", "new", "recurring"] | None,
        Field(description="Only groups of this status, or that are new or recurring."),
    ] = None
    agent_id: AgentFilter = ""
    level: Annotated[LevelName | None, Field(description="Only records of this level.")] = None
    since: Since = None
    until: Until = None
    search: Annotated[SearchText, Field(description="Text that title or type contain, in any case.")] = ""
    assigned_to: Annotated[Name, Field(description="Only groups assigned to this person or agent.")] = ""
    recurring_min: RecurringMin = 3
    sort: Annotated[
        Literal["last_seen", "first_seen", "count", "status"],
        Field(description="By what; `status` puts regressed first, then open, muted, resolved."),
    ] = "last_seen"
    order: Annotated[Literal["desc", "asc"], Field(description="The greatest first, or the least.")] = "desc"
    limit: Annotated[int, Field(ge=1, le=1000, description="Groups on a page.")] = 100
    buckets: Annotated[
        int, Field(ge=0, le=MAX_BUCKETS, description="For a small chart of each group: in so many stretches of time.")
    ] = 0
    cursor: Annotated[
        str, StringConstraints(max_length=1024), Field(description="The `next_cursor` of the page before.")
    ] = ""

    def parsed_cursor(self) -> ErrorCursor:
        """Return the cursor.

        Raises:
            InvalidParameterError: it is none that an earlier page gave.
        """
        try:
            return ErrorCursor.of(self.cursor)
        except ValueError as error:
            raise InvalidParameterError("cursor", str(error)) from None


class ErrorDetailQuestion(BaseModel):
    """Of which period."""

    since: Since = None
    until: Until = None


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
    cursor: PinnedCursorText = ""


class TraceQuestion(BaseModel):
    """Which traces, in what order, and which page of them."""

    agent_id: Annotated[AgentFilter, Field(description="Only traces in which this agent took part.")] = ""
    service: Annotated[Name, Field(description="Only with a span or record of this service.")] = ""
    name: Annotated[
        Name,
        Field(
            description="Only with a span of this name, the root or any other, or an operation that records tell of; "
            "`*` stands for any text.",
            examples=["GET /price", "chat *"],
        ),
    ] = ""
    min_duration: Annotated[
        Duration | None, Field(description=f"Only traces that took at least this long: {DURATION_FORMS}.")
    ] = None
    max_duration: Annotated[
        Duration | None, Field(description="Only traces that took at most this long; written likewise.")
    ] = None
    error: Annotated[
        bool | None,
        Field(
            description="Only traces with, or without, a span of status Error or a record of level error or critical."
        ),
    ] = None
    since: Since = None
    until: Until = None
    order: Annotated[Literal["start", "duration"], Field(description="Latest start first, or longest first.")] = "start"
    limit: Annotated[int, Field(ge=1, le=1000, description="Traces on a page.")] = 100
    cursor: PinnedCursorText = ""


class SessionQuestion(BaseModel):
    """Which sessions, and which page of them."""

    agent_id: Annotated[AgentFilter, Field(description="Only sessions in which this agent took part.")] = ""
    error: Annotated[bool | None, Field(description="Only sessions with, or without, an error.")] = None
    since: Since = None
    until: Until = None
    limit: Annotated[int, Field(ge=1, le=1000, description="Sessions on a page.")] = 100
    cursor: PinnedCursorText = ""


class TimelineQuestion(BaseModel):
    """Which part of a session."""

    since: Since = None
    until: Until = None
    limit: Annotated[int, Field(ge=1, le=1000, description="Records and spans on a page.")] = 100
    cursor: PinnedCursorText = ""
