"""A request of millions of tiny messages is refused before it is parsed; what only looks like one is not."""

import gzip
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from running_collector import JSON, PROTOBUF, RunningCollector, wait_for_count
from segments import framed, log_request
from wire_requests import integer, pair, text

from spanlog_collector.exceptions import RequestTooLargeError
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.otlp import bounds
from spanlog_collector.otlp.agents import keep_agents
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.otlp.json_codec import json_to_protobuf
from spanlog_collector.replay import records_of

MANY = 4_200_000
EMPTY = {
    "records": lambda count: text(1, text(2, b"\x12\x00" * count)),
    "attributes": lambda count: text(1, text(2, text(2, b"\x32\x00" * count))),
    "resources": lambda count: b"\x0a\x00" * count,
}
EMPTY_JSON = {
    "records": '{"resourceLogs":[{"scopeLogs":[{"logRecords":[%s]}]}]}',
    "attributes": '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[%s]}]}]}]}',
    "resources": '{"resourceLogs":[%s]}',
}
GRPC_PATH = "/opentelemetry.proto.collector.{}/Export"
LOGS_EXPORT = GRPC_PATH.format("logs.v1.LogsService")
METRICS_EXPORT = GRPC_PATH.format("metrics.v1.MetricsService")

PEAK = """
import resource, sys
from test_message_bounds import EMPTY, empty_json
from spanlog_collector.exceptions import RequestTooLargeError
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.otlp.json_codec import json_to_protobuf

shape, encoding, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
body = empty_json(shape, count) if encoding == "json" else EMPTY[shape](count)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    check_request(LOGS, json_to_protobuf(LOGS, body) if encoding == "json" else body)
except RequestTooLargeError:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, len(body))
"""


def empty_json(shape: str, count: int) -> bytes:
    return (EMPTY_JSON[shape] % ("{}," * (count - 1) + "{}")).encode()


@pytest.fixture(scope="module")
def taking(store, tmp_path_factory):
    """A collector that takes requests as large as the real one does."""
    running = RunningCollector(store, tmp_path_factory.mktemp("data"), max_body_bytes=64 * 1024 * 1024)
    yield running
    running.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others count the peak in other units")
@pytest.mark.parametrize("encoding", ["protobuf", "json"])
@pytest.mark.parametrize("shape", EMPTY)
def test_memory_does_not_grow_by_what_is_refused(shape, encoding):
    """It would by some gigabytes."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, shape, encoding, "20000000"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=100,
        env={"PYTHONPATH": ":".join([str(Path(__file__).parent), *sys.path])},
    )
    grown, size = map(int, done.stdout.split())
    assert grown < 4 * size


@pytest.mark.parametrize("shape", EMPTY)
def test_millions_of_empty_messages_are_refused_with_words(taking, shape):
    body = EMPTY[shape](MANY)
    document = empty_json(shape, MANY)
    for sent, headers in ((body, PROTOBUF), (document, JSON)):
        packed = gzip.compress(sent, 1)
        answer = taking.post("/v1/logs", packed, headers | {"Content-Encoding": "gzip"})
        assert answer.status == 413
        assert b"send smaller requests" in answer.data
        assert b"more than 1,000,000 " in answer.data or b"more than 4,000,000 " in answer.data
    with taking.channel() as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(LOGS_EXPORT)(body)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "send smaller requests" in refused.value.details()
    assert taking.collector._arrivals.held_bytes == 0
    labels = {"protocol": "http", "signal": "logs", "outcome": "too_large"}
    assert taking.registry.get_sample_value("spanlog_collector_requests_total", labels) >= 2


def test_millions_of_empty_metrics_are_refused_too(taking):
    body = text(1, text(2, b"\x12\x00" * MANY))
    answer = taking.post("/v1/metrics", body, PROTOBUF)
    assert (answer.status, Status.FromString(answer.data).code) == (413, 8)
    document = b'{"resourceMetrics":[' + b"{}," * MANY + b"{}]}"
    assert taking.post("/v1/metrics", document, JSON).status == 413
    with taking.channel() as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(METRICS_EXPORT)(body)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_million_empty_records_are_stored_once(taking, service):
    resource = text(1, text(1, pair(b"service.name", text(1, service.encode()))))
    body = text(1, resource + text(2, b"\x12\x00" * bounds.MAX_RECORDS))
    for _ in range(2):
        assert taking.post("/v1/logs", body, PROTOBUF).status == 200
    deadline = time.monotonic() + 100
    while not taking.collector.is_everything_stored and time.monotonic() < deadline:
        time.sleep(0.05)
    wait_for_count(taking.store, service, bounds.MAX_RECORDS)
    assert not list(taking.data.quarantine.glob("*.message"))


@pytest.mark.parametrize("pattern", [b"\x00", b"\x12\x00", b"\x32\x00"], ids=["zeros", "records", "attributes"])
def test_twenty_megabytes_in_one_attribute_are_one_attribute(taking, service, pattern):
    request = log_request(service, "x")
    value = pattern * (20_000_000 // len(pattern))
    request.resource_logs[0].scope_logs[0].log_records[0].attributes.add(key="k").value.string_value = value.decode()
    assert taking.post("/v1/logs", request.SerializeToString(), PROTOBUF).status == 200
    wait_for_count(taking.store, service, 1)


def test_braces_and_commas_in_a_text_are_text():
    for value in ('{[, \\"' * 4_100_000, "\\\\" + "," * 8_100_000):
        document = EMPTY_JSON["records"] % ('{"body":{"stringValue":"' + value + '"}}')
        request = ExportLogsServiceRequest.FromString(json_to_protobuf(LOGS, document.encode()))
        assert len(request.resource_logs[0].scope_logs[0].log_records[0].body.string_value) > 8_000_000


def test_text_without_end_is_looked_at_once():
    """Not from each of its quotes to the end, which would take hours."""
    braces = b"{" * (bounds.MAX_MESSAGES + 1)
    bounds.check_json_bounds(b'"' + b'\\"' * 1_000_000 + braces)
    bounds.check_json_bounds(b'"' + braces + b"\\")
    with pytest.raises(RequestTooLargeError):
        bounds.check_json_bounds(b'""' + braces + b'"')


@pytest.fixture
def few(monkeypatch):
    """Bounds that small requests reach."""
    monkeypatch.setattr(bounds, "MAX_RECORDS", 1000)
    monkeypatch.setattr(bounds, "MAX_MESSAGES", 4000)


OF_A_RECORD = {
    "a value in an attribute": text(6, text(2, b"")),
    "elements of an array": text(5, text(5, b"\x0a\x00\x0a\x00")),
    "pairs of a map": text(6, text(2, text(6, b"\x0a\x00\x0a\x00"))),
    "an array, then a map": text(5, text(5, b"\x0a\x00") + text(6, b"\x0a\x00")),
    "tags and lengths longer than needed": b"\xb2\x80\x00\x80\x00" * 2,
    "attributes among what nobody knows": integer(127, 1) + b"\x32\x00" + integer(127, 1) + b"\x32\x00",
}


@pytest.mark.parametrize("name", OF_A_RECORD)
def test_messages_are_counted_wherever_they_are(few, name):
    def body(count):
        return text(1, text(2, b"".join(text(2, OF_A_RECORD[name]) for _ in range(count))))

    # With the records themselves three to six for each.
    assert check_request(LOGS, body(400)).records == 400
    with pytest.raises(RequestTooLargeError, match="more than 4,000 messages"):
        bounds.check_bounds(ExportLogsServiceRequest.DESCRIPTOR, text(1, text(2, text(2, OF_A_RECORD[name] * 5000))))
    with pytest.raises(RequestTooLargeError, match="more than 1,000 records"):
        check_request(LOGS, body(1600))


@pytest.mark.parametrize("number", [9, 11, 13], ids=["attributes", "events", "links"])
def test_messages_of_a_span_are_counted(few, number):
    span = text(number, b"") * 4700
    with pytest.raises(RequestTooLargeError, match="more than 4,000 messages"):
        check_request(TRACES, text(1, text(2, text(2, span))))
    with pytest.raises(RequestTooLargeError, match="more than 1,000 records"):
        check_request(TRACES, text(1, text(2, b"\x12\x00" * 1600)))


def test_ordinary_spans_up_to_the_bound_are_taken(few):
    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    for index in range(600):
        span = spans.add(name="x" * 200, trace_id=bytes(16), span_id=bytes(8))
        span.attributes.add(key="number").value.int_value = index
        span.events.add(name="event")
    assert check_request(TRACES, request.SerializeToString()).records == 600


def test_every_way_to_a_parse_asks_first(few, tmp_path):
    body = EMPTY["records"](1600)
    with pytest.raises(RequestTooLargeError):
        keep_agents(LOGS, body, {"a"}, is_json=False)
    with pytest.raises(RequestTooLargeError):
        keep_agents(LOGS, empty_json("records", 1600), {"a"}, is_json=True)
    quarantine = Quarantine(tmp_path)
    quarantine.add(LOGS, "logs-1", framed(body), "an older version took it")
    (entry,) = quarantine.entries()
    assert records_of(entry) is None
