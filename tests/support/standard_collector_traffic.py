"""What the tests send to the standard Collector: a program's records and spans, syslog, files, secrets."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import urllib3
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from stack_process import clean_environment
from standard_collector_process import StandardCollector

from spanlog_query_api.metadata import any_value

PROGRAM = """
import logging, os
import spanlog
from opentelemetry import trace

spanlog.configure(agent_id="planner", endpoint=os.environ["HTTP"])
logging.getLogger().setLevel(logging.DEBUG)
log = logging.getLogger("bot.orders")

with spanlog.session("run-42"):
    with spanlog.operation("rebalance"):
        with spanlog.operation("fetch prices"):
            log.warning("slow answer of %s", "venue", extra={"category": "trading", "ms": 1250, "ratio": 0.25})
        try:
            {}["ETH/USDC"]
        except KeyError:
            log.exception("order %d failed", 17, extra={"tags": ["a", "b"], "nested": {"k": {"n": 1}}})
    log.critical("out of money", extra={"metadata": {"left": "0"}})
    log.info("Zürich 東京 \\U0001f680 password=hunter2")
log.info("asked", extra={"parent_id": "b7ad6b7169203331", "trace_id": "7f8e1b2c-3d4a-4b5c-8d6e-9f0a1b2c3d4e"})

with trace.get_tracer("t").start_as_current_span("failing", kind=trace.SpanKind.CLIENT, attributes={"n": 7}) as span:
    span.add_event("retry", {"attempt": 2})
    span.set_status(trace.StatusCode.ERROR, "refused")

grpc = spanlog.SpanlogHandler(agent_id="by-grpc", protocol="grpc", endpoint=os.environ["GRPC"])
direct = logging.getLogger("direct")
direct.propagate = False
direct.addHandler(grpc)
direct.error("over gRPC")
assert grpc.flush(30)
grpc.close()
"""
PROGRAM_AGENTS = ("planner", "by-grpc")

SYSLOG = {
    "rfc5424": '<11>1 2026-11-20T09:19:35.688123Z web-1 {agent} 4711 ID47 [ex@32473 iut="3"] order 1 failed',
    "rfc5424-utf8": "<14>1 2026-11-20T09:19:36Z web-1 {agent} - - - \ufeffZürich",
    "rfc3164": "<34>Nov 20 09:19:35 mymachine {agent}[230]: 'su root' failed for lonvick",
    "rfc3164-debug": "<191>Nov 20 09:19:36 10.0.0.7 {agent}: started",
}
NEITHER = "this is no syslog at all"

TEXT_FILE = "crypto.txt"
TEXT = """\
2026-11-20T09:19:35.688Z ERROR order 1 failed
Traceback (most recent call last):
  File "/srv/bot/main.py", line 3, in run
    place(order)
KeyError: 'ETH/USDC'
2026-11-20 09:19:36.5+02:00 [warn] slow answer
2026-11-20 09:19:37,250 - bot.orders - INFO - plain
WARNING:root:no time here
"""
JSON_FILE = "reader-2026-11-20.json"
JSON_LINES = (
    {
        "time": "2026-11-20T09:19:35.123456789Z", "level": "critical", "message": "boom", "agent_id": "named",
        "session_key": "run-1", "category": "trading", "trace_id": "11111111-3d4a-4b5c-8d6e-9f0a1b2c3d4e",
        "span_id": "b7ad6b7169203331", "parent_id": "b7ad6b7169203332", "n": 5,
    },
    {"ts": 1795166375.25, "severity": "warning", "msg": "a float"},
    {"timestamp": 1795166375250, "lvl": "notice", "event": "milliseconds"},
    "no JSON at all",
)  # fmt: skip

MASK = "****"
BLOCKED = ("password", "db_password", "apiKey", "Authorization", "access_token", "session.cookie", "secrets", "ssh-key")
HARMLESS = {
    "next_page_token": "cursor-1234567",
    "max_tokens": "4096",
    "author": "Ann",
    "tokenizer": "bpe",
    "started": "1795166375250123456",
    "note": "bearer of news; the secretary has no basic understanding",
    "count": "token=12",
}
# What is said, and what may be left of it.
SECRET_TEXTS = {
    "ghp_" + "a1B2" * 9: MASK,
    "sk-proj-" + "Ab3d" * 8: MASK,
    "AKIAIOSFODNN7EXAMPLE": MASK,
    "4111 1111 1111 1111": MASK,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl": MASK,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----": MASK,
    "xoxb-1234567890-abcdefghij": MASK,
    "Bearer abcdef1234567890": MASK,
    "Basic dXNlcjpwYXNzd29yZA==": MASK,
    "postgres://user:correct-horse@db/orders": f"postgres{MASK}db/orders",
    "password=correct-horse": MASK,
    '{"api_key": "correct-horse"}': f'{{"{MASK}"}}',
    "token: abc123def456": MASK,
    "the secret is abc123def456": f"the {MASK}",
}


def send_program(collector: StandardCollector) -> None:
    """Run the program: handler over HTTP and gRPC, spans of the SDK."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=100,
        env=clean_environment(HTTP=collector.otlp_http, GRPC=collector.otlp_grpc),
    )
    assert done.returncode == 0, done.stderr


def send_syslog(collector: StandardCollector) -> int:
    """Send each line over both transports, each as an agent of its own (``udp-rfc5424``); give how many."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.create_connection(collector.syslog_tcp) as tcp:
        for name, line in SYSLOG.items():
            udp.sendto(line.format(agent=f"udp-{name}").encode(), collector.syslog_udp)
            tcp.sendall(line.format(agent=f"tcp-{name}").encode() + b"\n")
        tcp.sendall(NEITHER.encode() + b"\n")
    return 2 * len(SYSLOG) + 1


def write_files(folder: Path) -> int:
    """Write a file of text and one of JSON; give how many records are in them."""
    (folder / TEXT_FILE).write_text(TEXT)
    lines = [line if isinstance(line, str) else json.dumps(line) for line in JSON_LINES]
    (folder / JSON_FILE).write_text("".join(f"{line}\n" for line in lines))
    return 4 + len(lines)


def send_secrets(collector: StandardCollector) -> int:
    """Send secrets in every place of a record and a span; give how many records."""
    now = time.time_ns()
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "leaky"
    resource.resource.attributes.add(key="api_key").value.string_value = "correct-horse"
    records = resource.scope_logs.add().log_records
    for text in SECRET_TEXTS:
        record = records.add(time_unix_nano=now, severity_number=9)
        record.body.string_value = f"before {text} after"
        record.attributes.add(key="said").value.string_value = text
        record.attributes.add(key="list").value.CopyFrom(any_value(["plain", {"deep": text}]))
    record = records.add(time_unix_nano=now, severity_number=9)
    record.body.string_value = "names"
    for key, value in (dict.fromkeys(BLOCKED, "correct-horse") | HARMLESS | {"session.id": "run-9"}).items():
        record.attributes.add(key=key).value.string_value = value
    record.attributes.add(key="card").value.int_value = 4111111111111111
    post(collector, "/v1/logs", request.SerializeToString())

    spans = ExportTraceServiceRequest()
    resource_spans = spans.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = "leaky"
    span = resource_spans.scope_spans.add().spans.add(
        trace_id=b"\1" * 16, span_id=b"\2" * 8, name="ask", start_time_unix_nano=now, end_time_unix_nano=now + 1
    )
    span.status.message = "refused: password=correct-horse"
    span.attributes.add(key="url").value.string_value = "https://user:correct-horse@host/"
    span.events.add(name="sent", time_unix_nano=now).attributes.add(key="token").value.string_value = "correct-horse"
    post(collector, "/v1/traces", spans.SerializeToString())
    return len(records)


def post(collector: StandardCollector, path: str, body: bytes) -> None:
    """Post one OTLP request, which must be taken."""
    with urllib3.PoolManager() as http:
        answer = http.request(
            "POST", collector.otlp_http + path, body=body, headers={"Content-Type": "application/x-protobuf"}
        )
    assert answer.status == 200, answer.data
