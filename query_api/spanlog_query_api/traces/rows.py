"""Row → span, row → log record, as the tree is built of them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from spanlog_query_api.metadata import attributes_to_metadata
from spanlog_query_api.models.traces import TraceEvent, TraceLink
from spanlog_query_api.queries import Row
from spanlog_query_api.severity import Level
from spanlog_query_api.times import format_time

SpanStatus = Literal["Unset", "Ok", "Error"]


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A stored span; times and durations in nanoseconds, ids in hex, empty where there is none."""

    span_id: str
    parent_span_id: str
    name: str
    agent_id: str
    start: int
    duration: int
    status: SpanStatus
    status_message: str
    attributes: dict[str, str]
    events: list[TraceEvent]
    links: list[TraceLink] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LogRow:
    """A stored log record. ``parent_log_id`` is ``parent_id`` as the id of a record; ``attributes`` as stored."""

    id: str
    span_id: str
    parent_id: str
    parent_log_id: str
    name: str
    agent_id: str
    time: int
    level: Level
    message: str
    metadata: dict[str, Any]
    attributes: dict[str, str]


def row_to_span(row: Row) -> SpanRow:
    """Return the span of one row of ``trace_spans.sql``."""
    events = zip(row["event_times"], row["event_names"], row["event_attributes"], strict=True)
    links = zip(row["link_trace_ids"], row["link_span_ids"], row["link_attributes"], strict=True)
    return SpanRow(
        span_id=row["span_id"],
        parent_span_id=row["parent_span_id"],
        name=row["name"],
        agent_id=row["agent_id"],
        start=row["unix_nano"],
        duration=row["duration_nano"],
        status=span_status(row["status"]),
        status_message=row["status_message"],
        attributes=row["attributes"],
        events=[
            TraceEvent(time=format_time(time), name=name, attributes=attributes) for time, name, attributes in events
        ],
        links=[
            TraceLink(trace_id=trace_id, span_id=span_id, attributes=attributes)
            for trace_id, span_id, attributes in links
        ],
    )


def span_status(stored: str) -> SpanStatus:
    """Return a span's status as the API spells it."""
    return _STATUSES.get(stored, "Unset")


def row_to_log(row: Row) -> LogRow:
    """Return the log record of one row of ``trace_logs.sql``."""
    return LogRow(
        id=row["id"],
        span_id=row["span_id"],
        parent_id=row["parent_id"],
        parent_log_id=row["parent_log_id"],
        name=row["name"],
        agent_id=row["agent_id"],
        time=row["unix_nano"],
        level=row["level"],
        message=row["message"],
        metadata=attributes_to_metadata(row["attributes"]),
        attributes=row["attributes"],
    )


# Other writers of the table might spell a status in ways of their own.
_STATUSES: dict[str, SpanStatus] = {"Ok": "Ok", "Error": "Error"}
