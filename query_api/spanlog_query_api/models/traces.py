"""Traces: spans and log records as one tree."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from spanlog_query_api.severity import Level

EXAMPLE_TRACE: Final[JsonDict] = {
    "trace_id": "7f8e1b2c3d4a4b5c8d6e9f0a1b2c3d4e",
    "root_name": "GET /price",
    "agents": ["crypto"],
    "start": "2026-11-20T08:15:00.123456789Z",
    "duration_ms": 1830.5,
    "span_count": 12,
    "log_count": 40,
    "error_count": 1,
}


class TraceListItem(BaseModel):
    """One trace of a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_TRACE]})

    trace_id: Annotated[str, Field(description="32 hex digits.")]
    root_name: Annotated[str, Field(description="The root span's name; else the first operation's; else a message.")]
    agents: Annotated[list[str], Field(description="Which agents took part, at most 100, by name.")]
    start: Annotated[str, Field(description="Its earliest span or record.")]
    duration_ms: Annotated[float, Field(description="From the earliest start to the latest end.")]
    span_count: int
    log_count: int
    error_count: Annotated[int, Field(description="Spans of status Error and records of level error or critical.")]


class TraceList(BaseModel):
    """A page of the traces that start in the period."""

    items: Annotated[list[TraceListItem], Field(description="The page.")]
    next_cursor: Annotated[
        str | None, Field(description="What to give as `cursor` for the page after this one; null on the last.")
    ]


class TraceEvent(BaseModel):
    """An event of a span."""

    time: str
    name: str
    attributes: dict[str, str]


class TraceLink(BaseModel):
    """Another span that a span names, of this trace or of another."""

    trace_id: Annotated[str, Field(description="32 hex digits.")]
    span_id: Annotated[str, Field(description="16 hex digits.")]
    attributes: dict[str, str]


class TraceNode(BaseModel):
    """A span, a log record, or an operation known by its records only."""

    kind: Annotated[
        Literal["span", "log", "operation", "missing"],
        Field(
            description="`operation`: made of the records of a `spanlog.operation()`, which has no span; "
            "`missing`: records name this span, and it is not stored."
        ),
    ]
    id: Annotated[str, Field(description="The span's id, or the record's.")]
    name: Annotated[str, Field(description="The span's or operation's name; for a record its event or logger.")]
    agent_id: str
    start: str
    duration_ms: float | None
    status: Annotated[Literal["Unset", "Ok", "Error"] | None, Field(description="Of a span or an operation.")]
    level: Annotated[Level | None, Field(description="Of a record.")]
    message: Annotated[str | None, Field(description="A record's message; a span's status message.")]
    attributes: dict[str, Any]
    events: list[TraceEvent]
    links: Annotated[list[TraceLink], Field(description="Of a span.")]
    is_orphan: Annotated[bool, Field(description="Its parent is not in the trace, or is below itself.")]
    is_flattened: Annotated[bool, Field(description="It hangs deeper than is shown, somewhere below this parent.")]
    children: Annotated[list["TraceNode"], Field(description="By start.")]


class Trace(BaseModel):
    """One trace."""

    trace_id: Annotated[str, Field(description="32 hex digits.")]
    start: str
    end: str
    duration_ms: float
    span_count: int
    log_count: int
    error_count: Annotated[int, Field(description="Spans of status Error and records of level error or critical.")]
    agents: Annotated[list[str], Field(description="Which agents took part, at most 100, by name.")]
    truncated: Annotated[bool, Field(description="There is more than the tree shows: it holds 10,000 nodes at most.")]
    roots: Annotated[list[TraceNode], Field(description="By start. Every span and record is in it exactly once.")]
