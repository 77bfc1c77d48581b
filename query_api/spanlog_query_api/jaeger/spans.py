"""Row → span, row → log record of a span: what both versions of the API are written from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from spanlog_query_api.queries import Row

NO_SERVICE_NAME: Final = "missing-service-name"
"""What Jaeger calls the service of spans that name none."""

SERVICE_NAME: Final = "service.name"
KINDS: Final = ("unspecified", "internal", "server", "client", "producer", "consumer")
"""Kinds of span; the place of each is its number in OTLP."""

_DERIVED_NAME: Final = "log"


@dataclass(frozen=True, slots=True)
class Event:
    """A moment in a span; the time in nanoseconds since 1970. Names of attributes may repeat."""

    time: int
    name: str
    attributes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A span that another points at. ``trace_id`` is empty where its sender gave none."""

    trace_id: str
    span_id: str
    trace_state: str
    attributes: dict[str, str]


@dataclass(slots=True)
class Span:
    """A stored span. Ids are as stored, times and durations in nanoseconds; warnings are added by ``adjust.py``."""

    trace_id: str
    span_id: str
    parent_span_id: str
    trace_state: str
    name: str
    kind: str
    service: str
    resource: dict[str, str]
    scope_name: str
    scope_version: str
    attributes: dict[str, str]
    start: int
    duration: int
    status: str
    status_message: str
    events: list[Event]
    links: list[Link]
    warnings: list[str] = field(default_factory=list)


def row_to_span(row: Row) -> Span:
    """Return the span of one row of ``jaeger_spans.sql``."""
    kind = row["kind"].lower()
    resource = row["resource"]
    service = row["service"] or NO_SERVICE_NAME
    return Span(
        trace_id=row["trace_id"],
        span_id=row["span_id"],
        parent_span_id=row["parent_span_id"],
        trace_state=row["trace_state"],
        name=row["name"],
        # Other writers of the table might spell a kind in ways of their own.
        kind=kind if kind in KINDS else KINDS[0],
        service=service,
        resource=resource if resource.get(SERVICE_NAME) == service else {**resource, SERVICE_NAME: service},
        scope_name=row["scope_name"],
        scope_version=row["scope_version"],
        attributes=row["attributes"],
        start=row["unix_nano"],
        duration=row["duration_nano"],
        status=row["status"],
        status_message=row["status_message"],
        events=[
            Event(time, name, list(attributes.items()))
            for time, name, attributes in zip(
                row["event_times"], row["event_names"], row["event_attributes"], strict=True
            )
        ],
        links=[
            Link(trace_id, span_id, state, attributes)
            for trace_id, span_id, state, attributes in zip(
                row["link_trace_ids"], row["link_span_ids"], row["link_states"], row["link_attributes"], strict=True
            )
        ],
    )


def row_to_event(row: Row) -> Event:
    """Return the log record of one row of ``jaeger_logs.sql`` as an event of its span."""
    attributes = [("level", row["level"]), ("message", row["message"])]
    if row["logger"]:
        attributes.append(("logger", row["logger"]))
    attributes.extend(row["attributes"].items())
    if "log.record.uid" not in row["attributes"]:
        attributes.append(("log.record.uid", row["id"]))
    return Event(row["unix_nano"], row["event_name"] or _DERIVED_NAME, attributes)


def add_logs(spans: Iterable[Span], rows: Iterable[Row]) -> None:
    """Add each log record to the events of its span, by time; records of spans that are not there are left out.

    Of several spans with one id the first has the records.
    """
    by_id: dict[tuple[str, str], Span] = {}
    for span in spans:
        by_id.setdefault((span.trace_id, span.span_id), span)
    changed: dict[int, Span] = {}
    for row in rows:
        owner = by_id.get((row["trace_id"], row["span_id"]))
        if owner is not None:
            owner.events.append(row_to_event(row))
            changed[id(owner)] = owner
    for span in changed.values():
        span.events.sort(key=lambda event: event.time)
