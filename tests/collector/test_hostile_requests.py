"""Bad input is refused with words, good input is stored, and nobody else notices.

``tests/benchmarks/otlp_fuzz.py`` sends ten thousand of these to a stack in a process of its own.
"""

import dataclasses
import gzip
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.rpc.status_pb2 import Status
from hostile_payloads import payload
from hostile_sender import HostileSender
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from plain_decode import expected_rows
from running_collector import JSON, MAX_BODY_BYTES, PROTOBUF, RunningCollector, wait_for_count
from segments import framed, log_request, put_segment
from stored_rows import assert_same_rows, take_rows
from wire_requests import REFUSED, text, varint

from spanlog_collector.storage import Store, migrate

GZIP = PROTOBUF | {"Content-Encoding": "gzip"}
FIXED_SEEDS = (4, 7, 853463)
SENDERS = 2


@pytest.fixture
def own_store(store: Store) -> Iterator[Store]:
    """The tables, in a database that only one test writes to."""
    store.execute("CREATE DATABASE hostile")
    opened = Store(dataclasses.replace(store.location, database="hostile"))
    migrate(opened)
    yield opened
    opened.close()
    store.execute("DROP DATABASE hostile")


# The same in each run of the tests; otlp_fuzz.py draws others.
@pytest.mark.parametrize("seed", FIXED_SEEDS)
def test_hostile_payloads(own_store, tmp_path, seed):
    print(f"seed {seed}")  # a failure shows it, and the number of the payload
    collector = RunningCollector(own_store, tmp_path)
    address = collector.collector.otlp_http
    senders = [HostileSender((address.host, address.port), str(collector.collector.otlp_grpc)) for _ in range(SENDERS)]

    def send(index: int) -> None:
        for number in range(index, 250, SENDERS):
            senders[index].send(payload(seed, number), f"{seed}/{number}")

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(send, range(SENDERS)))
    assert collector.post("/v1/logs", log_request("last", "x").SerializeToString(), PROTOBUF).status == 200
    assert collector.stop() is True
    for sender in senders:
        sender.close()
    assert [wrong for sender in senders for wrong in sender.wrong] == []
    assert not list((tmp_path / "quarantine").glob("*.message"))
    for signal in ("logs", "traces"):
        stored = take_rows(own_store, signal)
        accepted = {key: records for sender in senders for key, records in sender.accepted.items()}
        # What nobody waited for an answer of may be there too.
        assert len(stored) >= sum(records for (of, _), records in accepted.items() if of == signal)
        there = {without_times(row) for row in stored}
        for sender in senders:
            for of, body in sender.plain_bodies:
                if of == signal:
                    wanted = {without_times(row) for row in expected_rows(signal, body, time.time_ns())}
                    assert wanted <= there, body


def without_times(row) -> str:
    """``row`` but for what depends on when it was received, which only the journal knows."""
    kept = {key: value for key, value in row.items() if key not in ("Timestamp", "LogId")}
    for event in kept.get("Events", ()):
        del event["Timestamp"]
    return json.dumps(kept, sort_keys=True)


def test_segment_that_an_older_version_left_is_written_anew(own_store, tmp_path):
    """Its check let through what the engine refuses."""
    bodies = [*REFUSED.values(), log_request("neighbour", "x").SerializeToString()]
    received = time.time_ns()
    put_segment(tmp_path / "journal", 1, *(framed(body, received) for body in bodies))
    assert RunningCollector(own_store, tmp_path).stop() is True
    assert not list((tmp_path / "quarantine").glob("*.message"))
    expected = [row for body in bodies for row in expected_rows("logs", body, received)]
    assert_same_rows(take_rows(own_store, "logs"), expected)


def test_gzip_of_several_members_is_stored_whole(running, service):
    body = log_request(service, "a", "b").SerializeToString()
    packed = gzip.compress(body[:9]) + gzip.compress(b"") + gzip.compress(body[9:])
    assert running.post("/v1/logs", packed, GZIP).status == 200
    wait_for_count(running.store, service, 2)


@pytest.mark.parametrize("garbage", [b"\x00", b"garbage", gzip.compress(b"")[:7]], ids=["zero", "text", "head"])
def test_gzip_with_something_behind_it_is_refused(running, garbage):
    answer = running.post("/v1/logs", gzip.compress(log_request("x", "a").SerializeToString()) + garbage, GZIP)
    assert answer.status == 400
    assert "gzip" in Status.FromString(answer.data).message


def test_bombs_all_at_once_leave_nothing_behind(running, service):
    bomb = gzip.compress(bytes(100 * MAX_BODY_BYTES))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: running.post("/v1/logs", bomb, GZIP).status, range(32)))
    assert set(answers) <= {413, 503}
    assert running.collector._arrivals.held_bytes == 0
    assert running.post("/v1/logs", log_request(service, "a").SerializeToString(), PROTOBUF).status == 200


def test_bomb_over_grpc_is_resource_exhausted(running, service):
    with running.channel() as channel:
        stub = LogsServiceStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Export(log_request(service, "\0" * (20 * MAX_BODY_BYTES)), compression=grpc.Compression.Gzip)
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        stub.Export(log_request(service, "a"), compression=grpc.Compression.Gzip)
    wait_for_count(running.store, service, 1)


def test_requests_that_do_not_fit_together_come_one_after_the_other(store, tmp_path, service):
    running = RunningCollector(store, tmp_path, max_arriving_bytes=100_000)
    try:
        slow, quick = (log_request(service, name * 80_000).SerializeToString() for name in "ab")
        address = running.collector.otlp_http
        with socket.create_connection((address.host, address.port), timeout=20) as connection:
            head = f"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: {PROTOBUF['Content-Type']}\r\n"
            connection.sendall(f"{head}Content-Length: {len(slow)}\r\n\r\n".encode() + slow[:-1])
            deadline = time.monotonic() + 20
            while running.collector._arrivals.held_bytes < len(slow) - 1:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            answer = running.post("/v1/logs", quick, PROTOBUF)
            assert (answer.status, Status.FromString(answer.data).code) == (503, 14)
            assert int(answer.headers["retry-after"]) > 0
            with running.channel() as channel, pytest.raises(grpc.RpcError) as refused:
                LogsServiceStub(channel).Export(log_request(service, "b" * 80_000))
            assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
            connection.sendall(slow[-1:])
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        assert running.post("/v1/logs", quick, PROTOBUF).status == 200
        assert running.collector._arrivals.held_bytes == 0
        wait_for_count(running.store, service, 2)
    finally:
        running.stop()


def test_retry_is_stored_once_however_it_is_packed(running, service):
    def document(*, is_sorted: bool) -> bytes:
        value = {"kvlistValue": {"values": [{"key": "k", "value": {"arrayValue": {"values": [{"intValue": "1"}]}}}]}}
        record = {"timeUnixNano": "1790000000000000000", "severityNumber": 9, "body": value, "traceId": "ab" * 16}
        attributes = [{"key": "service.name", "value": {"stringValue": service}}]
        whole = {
            "resourceLogs": [{"scopeLogs": [{"logRecords": [record]}], "resource": {"attributes": attributes}}],
        }
        return json.dumps(whole, sort_keys=is_sorted, indent=2 if is_sorted else None).encode()

    packed_json = JSON | {"Content-Encoding": "gzip"}
    for body, headers in (
        (document(is_sorted=False), JSON),
        (document(is_sorted=True), JSON),
        (gzip.compress(document(is_sorted=True), 1), packed_json),
        (gzip.compress(document(is_sorted=True), 9), packed_json),
    ):
        assert running.post("/v1/logs", body, headers).status == 200
    marker = log_request(service, "b").SerializeToString()
    for level in (0, 1, 9):
        assert running.post("/v1/logs", gzip.compress(marker, level), GZIP).status == 200
    with running.channel() as channel:
        for compression in (grpc.Compression.NoCompression, grpc.Compression.Gzip, grpc.Compression.Deflate):
            call = channel.unary_unary("/opentelemetry.proto.collector.logs.v1.LogsService/Export")
            assert call(marker, compression=compression) == b""
    wait_for_count(running.store, service, 2)


@pytest.mark.parametrize(
    ("levels", "status"), [(25, 200), (50, 400), (99, 400), (101, 400), (1_000, 400), (20_000, 400)]
)
def test_values_nested_deeper_than_protobuf_allows_are_refused(running, levels, status):
    value = text(1, b"deep")
    pieces, size = [value], len(value)
    for _ in range(levels):
        for number in (2, 1, 6):
            pieces.append(varint(number << 3 | 2) + varint(size))
            size += len(pieces[-1])
    body = text(1, text(2, text(2, text(5, b"".join(reversed(pieces))))))
    assert running.post("/v1/logs", body, PROTOBUF).status == status
    document = '{"kvlistValue":{"values":[{"key":"k","value":' * levels + "{}" + "}]}}" * levels
    document = f'{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{document}}}]}}]}}]}}'
    assert running.post("/v1/logs", document.encode(), JSON).status == status
