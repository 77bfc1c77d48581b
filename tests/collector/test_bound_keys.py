"""Keys at the collector's door: who may send, whose records, and how often."""

import itertools
import json
import time
import uuid

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from running_collector import JSON, PROTOBUF, RunningCollector
from segments import log_request

from spanlog_collector.otlp.agents import keep_agents
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.otlp.loss_reports import MAX_REPORT_BYTES, reported_losses
from spanlog_keys import Gate, KeyFile, KeyRequest, KeyRing, RateLimits, Scope

INGEST = frozenset({Scope.INGEST})
BODIES = "SELECT Body AS body, AgentId AS agent FROM otel_logs WHERE startsWith(Body, {mark:String}) ORDER BY Body"
SPANS = (
    "SELECT SpanName AS name, AgentId AS agent FROM otel_traces WHERE startsWith(SpanName, {mark:String}) ORDER BY 1"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return KeyFile(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def keys(file):
    return {
        "any": file.create(KeyRequest("any", INGEST), "ana")[1],
        "reader": file.create(KeyRequest("reader", frozenset({Scope.READ})), "ana")[1],
        "mine": file.create(KeyRequest("mine", INGEST, frozenset({"mine", "also-mine"})), "ana")[1],
        "slow": file.create(KeyRequest("slow", INGEST, ingest_limit=0.001), "ana")[1],
        "slow-grpc": file.create(KeyRequest("slow-grpc", INGEST, ingest_limit=0.001), "ana")[1],
    }


@pytest.fixture(scope="module")
def guarded(store, file, keys, tmp_path_factory):
    running = RunningCollector(store, tmp_path_factory.mktemp("data"), gate=Gate(KeyRing(file)))
    yield running
    running.stop()


@pytest.fixture
def mark() -> str:
    return f"mark-{uuid.uuid4()} "


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def request_of(mark, *agents):
    request = ExportLogsServiceRequest()
    for agent in agents:
        group = log_request(agent, f"{mark}{agent}").resource_logs[0]
        request.resource_logs.append(group)
    return request


def stored(store, mark, expected, sql=BODIES):
    deadline = time.monotonic() + 20
    while len(rows := store.query(sql, {"mark": mark})) < expected:
        assert time.monotonic() < deadline, rows
        time.sleep(0.02)
    return rows


def test_a_key_for_reading_does_not_send(guarded, keys, mark):
    body = request_of(mark, "a").SerializeToString()
    answer = guarded.post("/v1/logs", body, PROTOBUF | bearer(keys["reader"]))
    assert (answer.status, Status.FromString(answer.data).code) == (403, 7)
    assert "has no scope ingest" in Status.FromString(answer.data).message
    answer = guarded.post("/v1/logs", b"{}", JSON)
    assert (answer.status, answer.json()["code"], answer.headers["www-authenticate"]) == (401, 16, "Bearer")
    with guarded.channel() as channel, pytest.raises(grpc.RpcError) as refused:
        LogsServiceStub(channel).Export(
            request_of(mark, "a"), metadata=(("authorization", f"Bearer {keys['reader']}"),)
        )
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_of_a_key_for_certain_agents_the_others_records_are_refused_and_the_rest_stored(guarded, keys, mark):
    body = request_of(mark, "mine", "theirs", "also-mine").SerializeToString()
    answer = guarded.post("/v1/logs", body, PROTOBUF | bearer(keys["mine"]))
    partial = ExportLogsServiceResponse.FromString(answer.data).partial_success
    assert (answer.status, partial.rejected_log_records) == (200, 1)
    assert partial.error_message == "the key mine is not for the agents of 1 of these records, such as 'theirs'"
    rows = stored(guarded.store, mark, 2)
    assert [row["agent"] for row in rows] == ["also-mine", "mine"]


def test_a_request_of_others_alone_is_forbidden(guarded, keys, mark):
    answer = guarded.post(
        "/v1/logs", request_of(mark, "theirs", "").SerializeToString(), PROTOBUF | bearer(keys["mine"])
    )
    assert (answer.status, Status.FromString(answer.data).code) == (403, 7)
    with guarded.channel() as channel, pytest.raises(grpc.RpcError) as refused:
        LogsServiceStub(channel).Export(
            request_of(mark, "theirs"), metadata=(("authorization", f"Bearer {keys['mine']}"),)
        )
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
    # What comes after it is stored after it.
    guarded.post("/v1/logs", request_of(mark, "mine").SerializeToString(), PROTOBUF | bearer(keys["mine"]))
    assert [row["agent"] for row in stored(guarded.store, mark, 1)] == ["mine"]


def test_json_grpc_and_a_large_request_are_looked_into_as_well(guarded, keys, mark):
    def group(agent, message):
        return {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": agent}}]},
            "scopeLogs": [{"logRecords": [{"body": {"stringValue": mark + message}}]}],
        }

    document = {"resourceLogs": [group("mine", "json"), group("theirs", "x" * 100_000)]}
    answer = guarded.post("/v1/logs", json.dumps(document).encode(), JSON | bearer(keys["mine"]))
    assert answer.json()["partialSuccess"]["rejectedLogRecords"] == "1"
    with guarded.channel() as channel:
        response = LogsServiceStub(channel).Export(
            request_of(mark, "theirs", "mine"), metadata=(("authorization", f"Bearer {keys['mine']}"),)
        )
        assert response.partial_success.rejected_log_records == 1
    rows = stored(guarded.store, mark, 2)
    assert [(row["agent"], row["body"]) for row in rows] == [("mine", mark + "json"), ("mine", mark + "mine")]


def test_spans_too(guarded, keys, mark):
    request = ExportTraceServiceRequest()
    for service, agent in (("mine", ""), ("theirs", ""), ("theirs", "mine"), ("mine", "theirs")):
        spans = request.resource_spans.add()
        spans.resource.attributes.add(key="service.name").value.string_value = service
        span = spans.scope_spans.add().spans.add(name=f"{mark}{service}:{agent}", start_time_unix_nano=time.time_ns())
        if agent:
            span.attributes.add(key="gen_ai.agent.id").value.string_value = agent
    answer = guarded.post("/v1/traces", request.SerializeToString(), PROTOBUF | bearer(keys["mine"]))
    partial = ExportTraceServiceResponse.FromString(answer.data).partial_success
    assert partial.rejected_spans == 2
    rows = stored(guarded.store, mark, 2, SPANS)
    assert [(row["name"], row["agent"]) for row in rows] == [(f"{mark}mine:", "mine"), (f"{mark}theirs:mine", "mine")]


def values_of_an_agent():
    """What a sender may put where an agent's id belongs."""
    text = [AnyValue(string_value=value) for value in ("mine", "theirs", "", " mine", "mine\0")]
    return [*text, AnyValue(int_value=5), AnyValue(bytes_value=b"mine"), AnyValue(), AnyValue(array_value=ArrayValue())]


def test_what_is_kept_is_stored_as_those_agents_whatever_the_sender_writes(load, store, mark):
    # The rule is the engine's; this one must never say "mine" where the engine says "theirs".
    request = ExportLogsServiceRequest()
    one, pairs = [[value] for value in values_of_an_agent()], list(itertools.permutations(values_of_an_agent()[:3], 2))
    number = itertools.count()
    for of_record, of_resource, service in itertools.product(
        [[], *one, *pairs], [[], *one[:3], *pairs[:2]], [[], *one[:3], pairs[0]]
    ):
        group = request.resource_logs.add()
        for key, values in (("gen_ai.agent.id", of_resource), ("service.name", service)):
            for value in values:
                group.resource.attributes.add(key=key).value.CopyFrom(value)
        record = group.scope_logs.add().log_records.add(time_unix_nano=time.time_ns())
        record.body.string_value = f"{mark}{next(number)}"
        for value in of_record:
            record.attributes.add(key="gen_ai.agent.id").value.CopyFrom(value)
    own = keep_agents(LOGS, request.SerializeToString(), {"mine"}, is_json=False)
    assert own.kept + own.refused == next(number)
    assert own.kept > 20
    load(ExportLogsServiceRequest.FromString(own.body))
    rows = store.query(BODIES, {"mark": mark})
    assert len(rows) == own.kept
    assert {row["agent"] for row in rows} == {"mine"}


def test_too_many_requests_are_told_when_to_come_back(guarded, keys, mark):
    headers = PROTOBUF | bearer(keys["slow"])
    body = request_of(mark, "a").SerializeToString()
    assert guarded.post("/v1/logs", body, headers).status == 200
    answer = guarded.post("/v1/logs", body, headers)
    assert (answer.status, Status.FromString(answer.data).code) == (429, 8)
    assert 0 < int(answer.headers["retry-after"]) <= 1000
    # Others are not held up by it.
    assert guarded.post("/v1/logs", body, PROTOBUF | bearer(keys["any"])).status == 200
    metadata = (("authorization", f"Bearer {keys['slow-grpc']}"),)
    with guarded.channel() as channel:
        LogsServiceStub(channel).Export(request_of(mark, "a"), metadata=metadata)
        with pytest.raises(grpc.RpcError) as refused:
            LogsServiceStub(channel).Export(request_of(mark, "a"), metadata=metadata)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    details = dict(refused.value.trailing_metadata())["grpc-status-details-bin"]
    retry = RetryInfo()
    assert Status.FromString(details).details[0].Unpack(retry)
    assert retry.retry_delay.seconds > 0


def test_a_limit_by_address_is_one_for_all_connections_of_it(store, tmp_path):
    running = RunningCollector(store, tmp_path, gate=Gate(KeyRing(), RateLimits(ingest=0.001)))
    try:
        assert running.post("/v1/logs", b"", PROTOBUF | {"Connection": "close"}).status == 200
        assert running.post("/v1/logs", b"", PROTOBUF | {"Connection": "close"}).status == 429
        with running.channel() as channel, pytest.raises(grpc.RpcError) as refused:
            LogsServiceStub(channel).Export(ExportLogsServiceRequest())
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    finally:
        running.stop()


def test_a_key_that_is_revoked_stops_sending_without_a_restart(guarded, file, mark):
    _, secret = file.create(KeyRequest(f"short-{uuid.uuid4().hex}", INGEST), "ana")
    name = file.read()[-1].name

    def status():
        return guarded.post("/v1/logs", b"", PROTOBUF | bearer(secret)).status

    for expected in (200, 401):
        deadline = time.monotonic() + 20
        while status() != expected:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        file.revoke(name, "ana")


def report(scope="spanlog", **counts):
    request = log_request("a", "3 records were lost")
    scope_logs = request.resource_logs[0].scope_logs[0]
    scope_logs.scope.name = scope
    for reason, count in counts.items():
        scope_logs.log_records[0].attributes.add(key=f"spanlog.dropped.{reason}").value.int_value = count
    return request.SerializeToString()


def test_what_a_handler_lost_is_counted_by_reason(store, tmp_path):
    running = RunningCollector(store, tmp_path)
    try:
        body = report(total=7, queue_full=4, http_503=3, first_time_unix_nano=5, last_time_unix_nano=6)
        for _ in range(2):
            # The second is a retry: it says nothing new.
            assert running.post("/v1/logs", body, PROTOBUF).status == 200
        text = generate_latest(running.registry).decode()
    finally:
        running.stop()
    samples = {
        sample.labels["reason"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "spanlog_collector_handler_dropped_records_total"
    }
    assert samples == {"queue_full": 4, "http_503": 3}


def test_a_sender_cannot_make_time_series_without_end():
    counts = {f"x{number}": 1 for number in range(50)}
    assert reported_losses(LOGS, report(total=1, http_999=2, **counts)) == {"other": 52}
    assert reported_losses(LOGS, report(total=1, queue_full=-5, error=2**62)) == {}
    assert reported_losses(LOGS, report(scope="mine", total=1, queue_full=1)) == {}
    assert reported_losses(LOGS, report(total=1, queue_full=1, **{"x" * MAX_REPORT_BYTES: 1})) == {}


def test_the_handlers_own_report_is_understood():
    from spanlog._loss import LossReport

    losses = LossReport("test")
    losses.observe({"queue_full": 2, "unreachable": 1, "http_400": 4})
    body = losses.body(b"", "none").content
    assert reported_losses(LOGS, body) == {
        "queue_full": 2,
        "unreachable": 1,
        "http_400": 4,
    }
