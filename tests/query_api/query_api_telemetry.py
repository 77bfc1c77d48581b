"""Telemetry as OTLP senders send it, and its way into a store."""

import itertools
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.internal.encoder import _VarintBytes
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, RECEIVED_FIELD, TRACES, Signal
from spanlog_collector.storage import Store

SECOND = 1_000_000_000
_FIXED64 = 1


def attributes_of(values: dict[str, object]) -> list[KeyValue]:
    return [KeyValue(key=key, value=_any_value(value)) for key, value in values.items()]


def _any_value(value: object) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case _:
            return AnyValue(string_value=str(value))


@dataclass
class Log:
    """A log record as some OTLP sender sends it."""

    message: str = "hello"
    time: int = 0
    severity: int = 9
    trace_id: str = ""
    span_id: str = ""
    attributes: dict[str, object] = field(default_factory=dict)


@dataclass
class SentSpan:
    """A span as some OTLP sender sends it."""

    name: str
    span_id: str
    parent: str = ""
    start: int = 0
    end: int = 0
    is_error: bool = False
    events: list[tuple[int, str]] = field(default_factory=list)
    attributes: dict[str, object] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    """Trace id and span id of each."""


class Loader:
    """Hands requests to the store on the real path less the journal."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._numbers = itertools.count()

    def load(self, signal: Signal, request: bytes) -> None:
        body = check_request(signal, request).body
        received = _VarintBytes(RECEIVED_FIELD << 3 | _FIXED64) + time.time_ns().to_bytes(8, "little")
        segment = self._folder / f"{next(self._numbers)}.segment"
        segment.write_bytes(_VarintBytes(len(received) + len(body)) + received + body)
        self._store.load_segment(signal, segment, str(uuid.uuid4()))
        segment.unlink()

    def logs(
        self, agent_id: str, logs: Sequence[Log], scope: str = "", resource: dict[str, object] | None = None
    ) -> None:
        request = ExportLogsServiceRequest()
        group = request.resource_logs.add()
        group.resource.attributes.extend(attributes_of({"service.name": agent_id, **(resource or {})}))
        scope_logs = group.scope_logs.add()
        scope_logs.scope.name = scope
        for log in logs:
            scope_logs.log_records.append(
                LogRecord(
                    time_unix_nano=log.time or time.time_ns(),
                    severity_number=log.severity,
                    body=AnyValue(string_value=log.message),
                    trace_id=bytes.fromhex(log.trace_id),
                    span_id=bytes.fromhex(log.span_id),
                    attributes=attributes_of(log.attributes),
                )
            )
        self.load(LOGS, request.SerializeToString())

    def spans(self, agent_id: str, trace_id: str, spans: Sequence[SentSpan]) -> None:
        request = ExportTraceServiceRequest()
        group = request.resource_spans.add()
        group.resource.attributes.extend(attributes_of({"service.name": agent_id}))
        scope_spans = group.scope_spans.add()
        for span in spans:
            scope_spans.spans.append(
                Span(
                    trace_id=bytes.fromhex(trace_id),
                    span_id=bytes.fromhex(span.span_id),
                    parent_span_id=bytes.fromhex(span.parent),
                    name=span.name,
                    start_time_unix_nano=span.start,
                    end_time_unix_nano=span.end,
                    status=Status(code=2 if span.is_error else 0),
                    events=[Span.Event(time_unix_nano=at, name=name) for at, name in span.events],
                    links=[
                        Span.Link(
                            trace_id=bytes.fromhex(linked_trace),
                            span_id=bytes.fromhex(linked_span),
                            attributes=attributes_of({"why": "batch"}),
                        )
                        for linked_trace, linked_span in span.links
                    ],
                    attributes=attributes_of(span.attributes),
                )
            )
        self.load(TRACES, request.SerializeToString())
