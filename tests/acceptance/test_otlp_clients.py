"""What standard OpenTelemetry SDKs and our handler send is what is stored, field by field."""

import json
import subprocess
import sys

import pytest

SDK_PROGRAM = """
import json, logging, sys, time
protocol, endpoint = sys.argv[1:]
from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    log_exporter = OTLPLogExporter(endpoint=endpoint + "/v1/logs")
    span_exporter = OTLPSpanExporter(endpoint=endpoint + "/v1/traces")
else:
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    log_exporter = OTLPLogExporter(endpoint=endpoint, insecure=True)
    span_exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True)

sent = {"logs": [], "spans": []}

class Recorder:
    "Keeps what the SDK hands to its exporter, and hands it on."
    def __init__(self, exporter, kept):
        self._exporter, self._kept = exporter, kept
    def export(self, batch):
        self._kept.extend(batch)
        return self._exporter.export(batch)
    def __getattr__(self, name):
        return getattr(self._exporter, name)

logs, spans = [], []
resource = Resource.create({"service.name": "sdk-" + protocol, "a.list": ["x", "y"]})
tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(Recorder(span_exporter, spans)))
loggers = LoggerProvider(resource=resource)
loggers.add_log_record_processor(BatchLogRecordProcessor(Recorder(log_exporter, logs)))
root = logging.getLogger("app")
root.setLevel(logging.DEBUG)
root.addHandler(LoggingHandler(logger_provider=loggers))
tracer = tracers.get_tracer("acceptance", "1.2")
with tracer.start_as_current_span("outer", attributes={"n": 7, "f": 0.5, "b": True, "l": [1, 2]}) as outer:
    root.info("inside %s", "outer", extra={"order_id": 42, "ratio": 0.25, "tags": ["p", "q"]})
    with tracer.start_as_current_span("inner", kind=trace.SpanKind.CLIENT) as inner:
        inner.add_event("retry", {"attempt": 2})
        try:
            {}["missing"]
        except KeyError:
            root.exception("failed")
            inner.set_status(trace.StatusCode.ERROR, "no key")
root.debug("outside")
for number in range(500):
    root.warning("bulk %d", number)
tracers.shutdown()
loggers.shutdown()

def attributes(items):
    return {k: (list(v) if isinstance(v, tuple) else v) for k, v in (items or {}).items()}

print(json.dumps({
    "logs": [{
        "time": r.log_record.timestamp, "trace_id": format(r.log_record.trace_id or 0, "032x"),
        "span_id": format(r.log_record.span_id or 0, "016x"), "severity": r.log_record.severity_number.value,
        "severity_text": r.log_record.severity_text, "body": r.log_record.body,
        "attributes": attributes(r.log_record.attributes), "scope": r.instrumentation_scope.name,
    } for r in logs],
    "spans": [{
        "start": s.start_time, "duration": s.end_time - s.start_time, "trace_id": format(s.context.trace_id, "032x"),
        "span_id": format(s.context.span_id, "016x"), "parent": format(s.parent.span_id, "016x") if s.parent else "",
        "name": s.name, "kind": s.kind.name, "status": s.status.status_code.name, "message": s.status.description or "",
        "attributes": attributes(s.attributes), "scope": s.instrumentation_scope.name,
        "version": s.instrumentation_scope.version,
        "events": [[e.timestamp, e.name, attributes(e.attributes)] for e in s.events],
    } for s in spans],
}))
"""

LOG_ROWS = """
SELECT toUnixTimestamp64Nano(Timestamp) AS time, TraceId, SpanId, SeverityNumber, SeverityText, Body, ScopeName,
    LogAttributes, ResourceAttributes, AgentId
FROM otel_logs WHERE ServiceName = 'sdk-{protocol}' ORDER BY Timestamp, Body
"""
SPAN_ROWS = """
SELECT toUnixTimestamp64Nano(Timestamp) AS start, Duration, TraceId, SpanId, ParentSpanId, SpanName, SpanKind,
    StatusCode, StatusMessage, SpanAttributes, ScopeName, ScopeVersion, `Events.Name` AS names,
    `Events.Attributes` AS attributes,
    arrayMap(t -> toUnixTimestamp64Nano(t), `Events.Timestamp`) AS times
FROM otel_traces WHERE ServiceName = 'sdk-{protocol}' ORDER BY Timestamp
"""


def as_text(value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list() | dict():
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        case _:
            return str(value)


def texts(attributes: dict) -> dict[str, str]:
    return {key: as_text(value) for key, value in attributes.items()}


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_standard_sdk(start_stack, protocol):
    stack = start_stack()
    endpoint = stack.otlp_http if protocol == "http" else stack.otlp_grpc
    command = [sys.executable, "-W", "ignore", "-c", SDK_PROGRAM, protocol, endpoint]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    sent = json.loads(done.stdout)
    assert stack.stop() == 0

    rows = stack.rows(LOG_ROWS.replace("{protocol}", protocol))
    records = sorted(sent["logs"], key=lambda record: (record["time"], record["body"]))
    assert len(rows) == len(records) == 503
    for row, record in zip(rows, records, strict=True):
        assert row["time"] == record["time"]
        assert row["TraceId"] == record["trace_id"].replace("0" * 32, "")
        assert row["SpanId"] == record["span_id"].replace("0" * 16, "")
        assert (row["SeverityNumber"], row["SeverityText"]) == (record["severity"], record["severity_text"])
        assert (row["Body"], row["ScopeName"]) == (record["body"], record["scope"])
        assert row["LogAttributes"] == texts(record["attributes"])
        assert row["ResourceAttributes"]["a.list"] == '["x","y"]'
        assert row["AgentId"] == f"sdk-{protocol}"

    rows = stack.rows(SPAN_ROWS.replace("{protocol}", protocol))
    spans = sorted(sent["spans"], key=lambda span: span["start"])
    assert [row["SpanName"] for row in rows] == ["outer", "inner"]
    for row, span in zip(rows, spans, strict=True):
        assert (row["start"], row["Duration"]) == (span["start"], span["duration"])
        ids = (row["TraceId"], row["SpanId"], row["ParentSpanId"])
        assert ids == (span["trace_id"], span["span_id"], span["parent"])
        assert (row["SpanName"], row["SpanKind"].upper()) == (span["name"], span["kind"])
        assert (row["StatusCode"].upper(), row["StatusMessage"]) == (span["status"], span["message"])
        assert row["SpanAttributes"] == texts(span["attributes"])
        assert (row["ScopeName"], row["ScopeVersion"]) == (span["scope"], span["version"])
        assert list(zip(row["times"], row["names"], row["attributes"], strict=True)) == [
            (time, name, texts(attributes)) for time, name, attributes in span["events"]
        ]


HANDLER_PROGRAM = """
import logging, uuid
import spanlog
root = logging.getLogger()
root.setLevel(logging.DEBUG)
root.addHandler(spanlog.SpanlogHandler(agent_id="crypto", session_key="run-1"))
log = logging.getLogger("bot")
extra = {"category": "trading", "order_id": 42, "ok": False, "tags": ["a", 1]}
log.error("order %s failed", "ETH/USDC", extra=extra)
extra = {"trace_id": uuid.UUID(int=0xABC), "parent_id": "p-1", "source": "test", "metadata": {"k": "v"}}
log.info("given", extra=extra)
log.warning("other", extra={"agent_id": "second"})
with spanlog.operation("outer") as outer:
    log.info("in outer")
    with spanlog.operation("inner"):
        try:
            {}["missing"]
        except KeyError:
            log.exception("failed in inner")
print(outer.trace_id)
"""


def test_handler_records_come_out_of_the_api_as_they_went_in(stack):
    stack.run_program(HANDLER_PROGRAM)
    entries = stack.wait_for("/logs", lambda found: found["total"] >= 8, session_key="run-1", limit=100)["items"]
    by_message = {entry["message"]: entry for entry in entries}

    failed = by_message["order ETH/USDC failed"]
    assert (failed["agent_id"], failed["level"]) == ("crypto", "error")
    assert (failed["category"], failed["logger"]) == ("trading", "bot")
    assert failed["metadata"]["order_id"] == "42"
    assert failed["metadata"]["ok"] == "false"
    assert failed["metadata"]["tags"] == '["a",1]'
    assert failed["metadata"]["code.function.name"] == "<module>"
    assert failed["fingerprint"]

    given = by_message["given"]
    assert (given["trace_id"], given["parent_id"], given["source"]) == (
        "00000000-0000-0000-0000-000000000abc",
        "p-1",
        "test",
    )
    assert given["metadata"]["k"] == "v"
    assert by_message["other"]["agent_id"] == "second"

    inner = by_message["failed in inner"]
    outer = by_message["in outer"]
    assert inner["trace_id"] == outer["trace_id"]
    assert inner["parent_id"] == outer["span_id"]
    assert inner["metadata"]["exception.type"] == "KeyError"
    assert inner["metadata"]["exception.stacktrace"].endswith("KeyError: 'missing'\n")

    tree = stack.get(f"/traces/{outer['trace_id']}")
    (root,) = tree["roots"]
    assert (root["kind"], root["name"]) == ("operation", "outer")
    (nested,) = [child for child in root["children"] if child["kind"] == "operation"]
    assert nested["name"] == "inner"
    assert [child["message"] for child in nested["children"] if child["message"] == "failed in inner"]


def test_configured_program_sends_spans_and_logs_as_one_tree(stack):
    stack.run_program(
        "import logging, spanlog\n"
        "from opentelemetry import trace\n"
        "spanlog.configure(agent_id='traced')\n"
        "tracer = trace.get_tracer('t')\n"
        "with tracer.start_as_current_span('run'):\n"
        "    with tracer.start_as_current_span('step'):\n"
        "        logging.getLogger('bot').warning('deep inside')\n"
    )
    (entry,) = stack.wait_for("/logs", lambda found: found["total"], agent_id="traced", search="deep inside")["items"]
    tree = stack.wait_for(f"/traces/{entry['trace_id']}", lambda found: found["span_count"] == 2)
    (run,) = tree["roots"]
    (step,) = run["children"]
    (log,) = step["children"]
    assert (run["name"], step["name"], log["message"]) == ("run", "step", "deep inside")
    assert (entry["span_id"], entry["parent_id"]) == (step["id"], run["id"])
