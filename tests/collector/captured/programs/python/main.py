"""Logs and traces a little with the OpenTelemetry SDK of Python.

Arguments: the protocol (http/protobuf or grpc) and the endpoint.
"""

import sys
import time

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.context import Context
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

protocol, endpoint = sys.argv[1:]
if protocol == "grpc":
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpanExporter

    log_exporter = GrpcLogExporter(endpoint=endpoint, insecure=True)
    span_exporter = GrpcSpanExporter(endpoint=endpoint, insecure=True, compression=Compression.Gzip)
else:
    from opentelemetry.exporter.otlp.proto.http import Compression as HttpCompression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    log_exporter = OTLPLogExporter(endpoint=endpoint + "/v1/logs", compression=HttpCompression.Gzip)
    span_exporter = OTLPSpanExporter(endpoint=endpoint + "/v1/traces")

resource = Resource(
    {"service.name": "captured-python", "a.list": ["x", "y"]}, "https://opentelemetry.io/schemas/1.37.0"
)
loggers = LoggerProvider(resource=resource)
loggers.add_log_record_processor(BatchLogRecordProcessor(log_exporter))
tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(span_exporter))
logger = loggers.get_logger("captured.logger", "1.2", "https://opentelemetry.io/schemas/1.36.0", {"scoped": True})
tracer = tracers.get_tracer("captured.tracer", "3.4")

logger.emit(
    LogRecord(
        timestamp=time.time_ns(),
        severity_number=SeverityNumber.INFO,
        severity_text="INFO",
        body="order filled ✓",
        attributes={
            "symbol": "ETH/USDC",
            "order_id": 42,
            "ok": True,
            "ratio": 0.5,
            "raw": b"\x00\xff",
            "huge": 2**63 - 1,
            "empty": "",
            "tags": ["p", 1],
            "nested": {"list": [{"deep": True}]},
        },
    )
)
outer = tracer.start_span(
    "outer", Context(), kind=trace.SpanKind.SERVER, attributes={"n": 7, "b": True, "l": [0.5, 2.0]}
)
linked = trace.SpanContext(
    int("01020300000000000000000000000000", 16),
    int("0405000000000000", 16),
    is_remote=True,
    trace_state=trace.TraceState([("vendor", "value")]),
)
inner = tracer.start_span(
    "inner",
    trace.set_span_in_context(outer, Context()),
    kind=trace.SpanKind.CLIENT,
    links=[trace.Link(linked, {"why": "retry of"})],
)
inner.add_event("retry", {"attempt": 2})
inner.record_exception(RuntimeError("no quotes"))
inner.set_status(trace.StatusCode.ERROR, "no quotes")
logger.emit(
    LogRecord(
        timestamp=time.time_ns(),
        context=trace.set_span_in_context(inner, Context()),
        event_name="order.failed",
        severity_number=SeverityNumber.ERROR,
        severity_text="ERROR",
        body={"reason": "no quotes", "prices": [1.5]},
    )
)
inner.end()
outer.end()
loggers.shutdown()
tracers.shutdown()
