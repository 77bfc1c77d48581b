"""Records and spans as a sender puts them together, sent over OTLP/HTTP to a running stack."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import urllib3
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

Value = str | int | float | bool


@dataclass
class SentLog:
    """One log record; ``time`` in nanoseconds since 1970."""

    agent: str
    message: str
    time: int
    severity: int = 9
    trace_id: str = ""
    span_id: str = ""
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass
class WebSpan:
    """One span; ``start`` and ``end`` in nanoseconds since 1970."""

    agent: str
    name: str
    trace_id: str
    span_id: str
    start: int
    end: int
    parent: str = ""
    is_error: bool = False
    attributes: dict[str, Value] = field(default_factory=dict)
    events: list[tuple[int, str, dict[str, Value]]] = field(default_factory=list)
    """Time, name and attributes of each."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Trace id and span id of each."""


class OtlpSender:
    """Posts to one collector, with its key where it asks for one."""

    def __init__(self, endpoint: str, key: str = "") -> None:
        self._endpoint = endpoint
        self._headers = {"Content-Type": "application/x-protobuf"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._http = urllib3.PoolManager()

    def logs(self, logs: list[SentLog]) -> None:
        request = ExportLogsServiceRequest()
        for agent in dict.fromkeys(log.agent for log in logs):
            group = request.resource_logs.add()
            group.resource.attributes.extend(_attributes({"service.name": agent}))
            scope = group.scope_logs.add()
            scope.scope.name = f"{agent}.main"
            scope.log_records.extend(_record(log) for log in logs if log.agent == agent)
        self._post("/v1/logs", request.SerializeToString())

    def spans(self, spans: list[WebSpan]) -> None:
        request = ExportTraceServiceRequest()
        for agent in dict.fromkeys(span.agent for span in spans):
            group = request.resource_spans.add()
            group.resource.attributes.extend(_attributes({"service.name": agent}))
            group.scope_spans.add().spans.extend(_span(span) for span in spans if span.agent == agent)
        self._post("/v1/traces", request.SerializeToString())

    def close(self) -> None:
        self._http.clear()

    def _post(self, path: str, body: bytes) -> None:
        answer = self._http.request("POST", self._endpoint + path, body=body, headers=self._headers)
        assert answer.status == 200, answer.data


def _record(log: SentLog) -> LogRecord:
    return LogRecord(
        time_unix_nano=log.time,
        severity_number=log.severity,
        body=AnyValue(string_value=log.message),
        trace_id=bytes.fromhex(log.trace_id),
        span_id=bytes.fromhex(log.span_id),
        attributes=_attributes(log.attributes),
    )


def _span(span: WebSpan) -> Span:
    return Span(
        trace_id=bytes.fromhex(span.trace_id),
        span_id=bytes.fromhex(span.span_id),
        parent_span_id=bytes.fromhex(span.parent),
        name=span.name,
        start_time_unix_nano=span.start,
        end_time_unix_nano=span.end,
        status=Status(code=2 if span.is_error else 0),
        attributes=_attributes(span.attributes),
        events=[
            Span.Event(time_unix_nano=at, name=name, attributes=_attributes(attributes))
            for at, name, attributes in span.events
        ],
        links=[
            Span.Link(trace_id=bytes.fromhex(trace_id), span_id=bytes.fromhex(span_id))
            for trace_id, span_id in span.links
        ],
    )


def _attributes(values: Mapping[str, Value]) -> list[KeyValue]:
    return [KeyValue(key=name, value=_any_value(value)) for name, value in values.items()]


def _any_value(value: Value) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case _:
            return AnyValue(string_value=value)
