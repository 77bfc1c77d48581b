"""The part of opentelemetry-proto that is stored, described once.

Two readers are made from it: the engine's (``engine.py``: a proto3 text and a column structure) and the
collector's own (``message_classes.py``: classes that check bytes at C speed). Field numbers and types are those of
opentelemetry-proto 1.11; a test holds them against the installed classes.

``AnyValue`` is recursive, which the engine refuses. Only its scalars are described here; an array or a map is turned
into the JSON text that the tables hold of it before the request is journaled (``normalize.py``, ADR 0001).
"""

from dataclasses import dataclass
from typing import Final, Literal

Scalar = Literal["string", "bytes", "bool", "int32", "int64", "uint32", "fixed32", "fixed64", "double"]

CHECKSUM_FIELD: Final = 1000
"""Field number of the journal's checksum: far above OTLP's own, skipped by every reader of OTLP."""

RECEIVED_FIELD: Final = 1001
"""Field number of the time at which the collector took the request, in nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``type`` is a scalar of protobuf or the name of a message of this description."""

    name: str
    number: int
    type: str
    repeated: bool = False
    in_oneof: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``fields`` in the order of their columns."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """What one OTLP signal is called, and the message that one request carries. There is one object for each."""

    name: Literal["logs", "traces"]
    request: str


LOGS: Final = Signal("logs", "ExportLogsServiceRequest")
TRACES: Final = Signal("traces", "ExportTraceServiceRequest")
SIGNALS: Final = (LOGS, TRACES)

CONTAINER: Final = "Container"
"""Stands for the arrays and maps among attribute values, which the engine does not decode."""

SCALAR_TYPES: Final[frozenset[str]] = frozenset(
    ("string", "bytes", "bool", "int32", "int64", "uint32", "fixed32", "fixed64", "double")
)


_PAIR: Final = "KeyValue"
_VALUE: Final = "AnyValue"
_RECEIVED: Final = Field("spanlog_received_unix_nano", RECEIVED_FIELD, "fixed64")

MESSAGES: Final[tuple[Message, ...]] = (
    Message(
        _VALUE,
        (
            Field("string_value", 1, "string", in_oneof=True),
            Field("bool_value", 2, "bool", in_oneof=True),
            Field("int_value", 3, "int64", in_oneof=True),
            Field("double_value", 4, "double", in_oneof=True),
            Field("array_value", 5, CONTAINER, in_oneof=True),
            Field("kvlist_value", 6, CONTAINER, in_oneof=True),
            Field("bytes_value", 7, "bytes", in_oneof=True),
        ),
    ),
    Message(_PAIR, (Field("key", 1, "string"), Field("value", 2, _VALUE))),
    Message("Resource", (Field("attributes", 1, _PAIR, repeated=True),)),
    Message(
        "InstrumentationScope",
        (
            Field("name", 1, "string"),
            Field("version", 2, "string"),
            Field("attributes", 3, _PAIR, repeated=True),
        ),
    ),
    Message(
        "LogRecord",
        (
            Field("time_unix_nano", 1, "fixed64"),
            Field("observed_time_unix_nano", 11, "fixed64"),
            Field("severity_number", 2, "int32"),
            Field("severity_text", 3, "string"),
            Field("body", 5, _VALUE),
            Field("attributes", 6, _PAIR, repeated=True),
            Field("flags", 8, "fixed32"),
            Field("trace_id", 9, "bytes"),
            Field("span_id", 10, "bytes"),
            Field("event_name", 12, "string"),
        ),
    ),
    Message(
        "ScopeLogs",
        (
            Field("scope", 1, "InstrumentationScope"),
            Field("log_records", 2, "LogRecord", repeated=True),
            Field("schema_url", 3, "string"),
        ),
    ),
    Message(
        "ResourceLogs",
        (
            Field("resource", 1, "Resource"),
            Field("scope_logs", 2, "ScopeLogs", repeated=True),
            Field("schema_url", 3, "string"),
        ),
    ),
    Message(LOGS.request, (Field("resource_logs", 1, "ResourceLogs", repeated=True), _RECEIVED)),
    Message(
        "Event",
        (
            Field("time_unix_nano", 1, "fixed64"),
            Field("name", 2, "string"),
            Field("attributes", 3, _PAIR, repeated=True),
        ),
    ),
    Message(
        "Link",
        (
            Field("trace_id", 1, "bytes"),
            Field("span_id", 2, "bytes"),
            Field("trace_state", 3, "string"),
            Field("attributes", 4, _PAIR, repeated=True),
        ),
    ),
    Message("Status", (Field("message", 2, "string"), Field("code", 3, "int32"))),
    Message(
        "Span",
        (
            Field("trace_id", 1, "bytes"),
            Field("span_id", 2, "bytes"),
            Field("trace_state", 3, "string"),
            Field("parent_span_id", 4, "bytes"),
            Field("name", 5, "string"),
            Field("kind", 6, "int32"),
            Field("start_time_unix_nano", 7, "fixed64"),
            Field("end_time_unix_nano", 8, "fixed64"),
            Field("attributes", 9, _PAIR, repeated=True),
            Field("events", 11, "Event", repeated=True),
            Field("links", 13, "Link", repeated=True),
            Field("status", 15, "Status"),
        ),
    ),
    Message(
        "ScopeSpans",
        (
            Field("scope", 1, "InstrumentationScope"),
            Field("spans", 2, "Span", repeated=True),
            Field("schema_url", 3, "string"),
        ),
    ),
    Message(
        "ResourceSpans",
        (
            Field("resource", 1, "Resource"),
            Field("scope_spans", 2, "ScopeSpans", repeated=True),
            Field("schema_url", 3, "string"),
        ),
    ),
    Message(TRACES.request, (Field("resource_spans", 1, "ResourceSpans", repeated=True), _RECEIVED)),
)

MESSAGES_BY_NAME: Final = {message.name: message for message in MESSAGES}
