"""The collector over real sockets: what it takes, what it refuses, and how it says so."""

import asyncio
import gzip
import json
import socket
import time

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from prometheus_client import CollectorRegistry
from running_collector import ANY_PORT, COUNT, JSON, MAX_BODY_BYTES, PROTOBUF, RunningCollector, wait_for_count
from segments import log_request

from spanlog_collector.addresses import Address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import ConfigurationError
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.server import Collector
from spanlog_collector.storage import Store


def test_protobuf_over_http_is_stored(running, service):
    answer = running.post("/v1/logs", log_request(service, "a", "b").SerializeToString(), PROTOBUF)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/x-protobuf")
    assert ExportLogsServiceResponse.FromString(answer.data) == ExportLogsServiceResponse()
    wait_for_count(running.store, service, 2)


def test_gzip_is_stored(running, service):
    body = gzip.compress(log_request(service, "a").SerializeToString())
    assert running.post("/v1/logs", body, PROTOBUF | {"Content-Encoding": "gzip"}).status == 200
    wait_for_count(running.store, service, 1)


def test_json_is_stored_and_answered_in_json(running, service):
    document = {
        "resourceLogs": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
                "scopeLogs": [{"logRecords": [{"body": {"stringValue": "hi"}}]}],
            }
        ]
    }
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = running.post("/v1/logs", json.dumps(document).encode(), headers)
    assert (answer.status, answer.headers["content-type"], answer.json()) == (200, "application/json", {})
    wait_for_count(running.store, service, 1)


def test_grpc_is_stored(running, service):
    with running.channel() as channel:
        assert LogsServiceStub(channel).Export(log_request(service, "a")) == ExportLogsServiceResponse()
    wait_for_count(running.store, service, 1)


def test_spans_over_http_and_grpc_are_stored(running, service):
    for index in range(2):
        request = ExportTraceServiceRequest()
        resource_spans = request.resource_spans.add()
        resource_spans.resource.attributes.add(key="service.name").value.string_value = service
        resource_spans.scope_spans.add().spans.add(name=str(index), start_time_unix_nano=time.time_ns())
        if index:
            with running.channel() as channel:
                TraceServiceStub(channel).Export(request)
        else:
            assert running.post("/v1/traces", request.SerializeToString(), PROTOBUF).status == 200
    deadline = time.monotonic() + 20
    sql = "SELECT count() AS n FROM otel_traces WHERE ServiceName = {service:String}"
    while running.store.query(sql, {"service": service})[0]["n"] != 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_repeated_request_is_acknowledged_and_stored_once(running, service):
    body = log_request(service, "a").SerializeToString()
    for _ in range(3):
        assert running.post("/v1/logs", body, PROTOBUF).status == 200
    assert running.post("/v1/logs", gzip.compress(body), PROTOBUF | {"Content-Encoding": "gzip"}).status == 200
    with running.channel() as channel:
        LogsServiceStub(channel).Export(ExportLogsServiceRequest.FromString(body))
    marker = log_request(service, "b").SerializeToString()
    assert running.post("/v1/logs", marker, PROTOBUF).status == 200
    wait_for_count(running.store, service, 2)


@pytest.mark.parametrize("headers", [PROTOBUF, JSON])
def test_empty_request_is_a_success(running, headers):
    body = b"" if headers is PROTOBUF else b"{}"
    assert running.post("/v1/logs", body, headers).status == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"garbage", PROTOBUF, 400),
        (b"garbage", JSON, 400),
        (b"garbage", PROTOBUF | {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"\x0a\x00" * 100)[:-9], PROTOBUF | {"Content-Encoding": "gzip"}, 400),
        (b"", {"Content-Type": "text/plain"}, 415),
        (b"", {}, 415),
        (b"x", PROTOBUF | {"Content-Encoding": "br"}, 415),
        (b"\x00" * (MAX_BODY_BYTES + 1), PROTOBUF, 413),
        (gzip.compress(b"\x00" * (MAX_BODY_BYTES + 1)), PROTOBUF | {"Content-Encoding": "gzip"}, 413),
        (gzip.compress(b"\x00" * (500 * MAX_BODY_BYTES)), PROTOBUF | {"Content-Encoding": "gzip"}, 413),
    ],
    ids=range(10),
)
def test_bad_requests_are_refused_in_their_own_encoding(running, body, headers, status):
    answer = running.post("/v1/logs", body, headers)
    assert answer.status == status
    if headers is JSON:
        assert answer.json()["message"]
    else:
        assert Status.FromString(answer.data).message


def test_too_large_body_without_a_length_is_refused(running):
    chunks = iter([b"\x00" * 65536] * 1000)
    answer = running.http.request(
        "POST", f"http://{running.collector.otlp_http}/v1/logs", body=chunks, headers=PROTOBUF, chunked=True
    )
    assert answer.status == 413


def test_other_methods_and_paths(running):
    answer = running.post("/v1/logs", b"", PROTOBUF, method="GET")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert running.post("/nothing", b"", PROTOBUF).status == 404


def test_metrics_are_told_that_they_are_not_stored(running):
    request = ExportMetricsServiceRequest()
    points = request.resource_metrics.add().scope_metrics.add().metrics.add().gauge.data_points
    points.add(as_int=1)
    points.add(as_int=2)
    answer = running.post("/v1/metrics", request.SerializeToString(), PROTOBUF)
    response = ExportMetricsServiceResponse.FromString(answer.data)
    assert (answer.status, response.partial_success.rejected_data_points) == (200, 2)
    assert "not stored" in response.partial_success.error_message
    with running.channel() as channel:
        assert MetricsServiceStub(channel).Export(request) == response
    assert running.post("/v1/metrics", b"garbage", PROTOBUF).status == 400


def test_bad_grpc_request_is_invalid_argument(running):
    with running.channel() as channel:
        call = channel.unary_unary("/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        with pytest.raises(grpc.RpcError) as refused:
            call(b"garbage")
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_too_large_grpc_request_is_resource_exhausted(running):
    with running.channel() as channel, pytest.raises(grpc.RpcError) as refused:
        LogsServiceStub(channel).Export(log_request("a", "x" * (MAX_BODY_BYTES + 1)))
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_key_is_asked_for(store, tmp_path, service):
    running = RunningCollector(store, tmp_path, api_key="secret")
    try:
        body = log_request(service, "a").SerializeToString()
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "secret"},
            {"Authorization": "Bearer"},
        ):
            answer = running.post("/v1/logs", body, PROTOBUF | headers)
            assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert running.post("/v1/logs", body, PROTOBUF | {"Authorization": "bearer secret"}).status == 200
        with running.channel() as channel:
            with pytest.raises(grpc.RpcError) as refused:
                LogsServiceStub(channel).Export(log_request(service, "b"))
            assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
            LogsServiceStub(channel).Export(log_request(service, "b"), metadata=(("authorization", "Bearer secret"),))
    finally:
        running.stop()
    wait_for_count(store, service, 2)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "localhost.example.org", "0", "::ffff:0:0"]
)
@pytest.mark.parametrize("key", [None, "", " ", "\t\n"])
@pytest.mark.parametrize("which", ["otlp_http", "otlp_grpc"])
def test_address_for_other_machines_needs_a_key(which, key, host):
    with pytest.raises(ConfigurationError, match="can be reached from other machines: set SPANLOG_API_KEY"):
        CollectorConfig(**{which: Address(host, 0)}, api_key=key)
    CollectorConfig(**{which: Address(host, 0)}, api_key="k")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_address_of_this_machine_needs_none(host):
    CollectorConfig(otlp_http=Address(host, 0), otlp_grpc=Address(host, 0))


def test_full_journal_is_unavailable_and_says_when_to_come_back(store, tmp_path, service):
    running = RunningCollector(store, tmp_path, journal=JournalLimits(max_bytes=10))
    try:
        answer = running.post("/v1/logs", log_request(service, "a").SerializeToString(), PROTOBUF)
        assert (answer.status, Status.FromString(answer.data).code) == (503, 14)
        assert int(answer.headers["retry-after"]) > 0
        with running.channel() as channel, pytest.raises(grpc.RpcError) as refused:
            LogsServiceStub(channel).Export(log_request(service, "a"))
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
        details = dict(refused.value.trailing_metadata())["grpc-status-details-bin"]
        retry = RetryInfo()
        assert Status.FromString(details).details[0].Unpack(retry)
        assert retry.retry_delay.seconds > 0
    finally:
        running.stop()


def test_stop_stores_everything_that_was_acknowledged(store, tmp_path, service):
    running = RunningCollector(store, tmp_path, journal=JournalLimits(segment_seconds=60))
    for index in range(5):
        assert running.post("/v1/logs", log_request(service, str(index)).SerializeToString(), PROTOBUF).status == 200
    assert store.query(COUNT, {"service": service})[0]["n"] == 0
    assert running.stop() is True
    assert store.query(COUNT, {"service": service})[0]["n"] == 5
    assert not list((tmp_path / "journal").glob("*.segment"))


def test_store_that_does_not_answer_keeps_requests_for_the_next_start(store, tmp_path, service):
    away = Store(store.location)
    away.close()
    running = RunningCollector(away, tmp_path)
    running.collector._config = CollectorConfig(shutdown_seconds=0.2)
    assert running.post("/v1/logs", log_request(service, "a").SerializeToString(), PROTOBUF).status == 200
    deadline = time.monotonic() + 20
    while running.collector.readiness()[0]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "closed" in running.collector.readiness()[1]
    assert running.stop() is False
    again = RunningCollector(store, tmp_path)
    wait_for_count(store, service, 1)
    assert again.collector.readiness()[0]
    again.stop()


def test_message_the_engine_cannot_read_is_set_aside_alone(store, tmp_path, service):
    """The check would not let it through, so it is put into the journal behind its back."""
    running = RunningCollector(store, tmp_path)
    journal = running.collector._journal
    for body in (
        log_request(service, "a").SerializeToString(),
        b"\x50abcde",
        log_request(service, "b").SerializeToString(),
    ):
        journal.append(running.collector._loaders.__iter__().__next__(), body)
    wait_for_count(store, service, 2)
    running.stop()
    (message,) = (tmp_path / "quarantine").glob("*.message")
    assert b"\x50abcde" in message.read_bytes()
    assert "Code:" in message.with_suffix(".reason").read_text()
    assert running.registry.get_sample_value("spanlog_collector_quarantined_messages_total", {"signal": "logs"}) == 1


def test_taken_grpc_port_is_told(store, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        data = DataDirectory(tmp_path)
        data.acquire()
        collector = Collector(
            CollectorConfig(otlp_http=ANY_PORT, otlp_grpc=Address("127.0.0.1", port)), data, store, CollectorRegistry()
        )

        async def start() -> None:
            try:
                await collector.start()
            finally:
                await collector.stop()

        with pytest.raises(Exception, match=r"OTLP/gRPC: .* is taken by another program.*--otlp-grpc"):
            asyncio.run(start())
        data.release()


def test_same_bytes_as_logs_and_as_spans_are_two_requests(running, service):
    body = log_request(service, "a").SerializeToString()
    for path in ("/v1/logs", "/v1/traces", "/v1/logs", "/v1/traces"):
        assert running.post(path, body, PROTOBUF).status == 200
    wait_for_count(running.store, service, 1)
    deadline = time.monotonic() + 20
    sql = "SELECT count() AS n FROM otel_traces WHERE ServiceName = {service:String}"
    while running.store.query(sql, {"service": service})[0]["n"] != 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
