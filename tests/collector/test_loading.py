"""What the engine stored is what a plain decode of the same bytes says."""

import random
import string
import time
import uuid

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from segments import framed, log_request, refused_by_the_engine

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage.exceptions import SegmentRefusedError
from spanlog_collector.storage.loading import load_statement

DAY = 86_400 * 10**9
YEAR_2000 = 946_684_800 * 10**9
LOG_ROWS = """
SELECT *, toUnixTimestamp64Nano(Timestamp) AS Nanoseconds, toString(LogId) AS Id
FROM otel_logs WHERE ServiceName = {service:String} ORDER BY Body, Timestamp, Id
"""
SPAN_ROWS = """
SELECT *, toUnixTimestamp64Nano(Timestamp) AS Nanoseconds,
    arrayMap(t -> toUnixTimestamp64Nano(t), `Events.Timestamp`) AS EventNanoseconds
FROM otel_traces WHERE ServiceName = {service:String} ORDER BY SpanName
"""


def test_segment_loaded_twice_is_stored_once_views_included(store, service, tmp_path):
    from spanlog_collector.otlp.description import TRACES

    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = service
    trace_id = random.randbytes(16)
    resource_spans.scope_spans.add().spans.add(
        name="x", trace_id=trace_id, start_time_unix_nano=time.time_ns(), end_time_unix_nano=time.time_ns()
    )
    segment = tmp_path / "s.segment"
    segment.write_bytes(framed(request.SerializeToString()))
    for _ in range(3):
        store.load_segment(TRACES, segment, f"token-{service}")
    assert len(store.query(SPAN_ROWS, {"service": service})) == 1
    times = store.query("SELECT * FROM otel_traces_trace_id_ts WHERE TraceId = {id:String}", {"id": trace_id.hex()})
    assert len(times) == 1


def test_loading_leaves_nothing_in_the_folder_the_process_was_started_in(service, load, tmp_path, monkeypatch):
    (tmp_path / "started").mkdir()
    monkeypatch.chdir(tmp_path / "started")
    load(log_request(service, "a"))
    assert list((tmp_path / "started").iterdir()) == []


def test_records_of_many_years_in_one_segment_are_all_stored(store, service, load):
    """More than 100 partitions in one insert is refused by default."""
    request = log_request(service, *(str(day) for day in range(250)))
    for day, record in enumerate(request.resource_logs[0].scope_logs[0].log_records):
        record.time_unix_nano = YEAR_2000 + day * 30 * DAY
    load(request)
    assert len(store.query(LOG_ROWS, {"service": service})) == 250


def test_segment_of_garbage_is_refused_as_unreadable(store, tmp_path):
    segment = tmp_path / "s.segment"
    segment.write_bytes(b"\x50abcde")
    with pytest.raises(SegmentRefusedError):
        store.load_segment(LOGS, segment, str(uuid.uuid4()))


def test_reading_tells_what_the_engine_refuses_and_leaves_nothing_behind(store, service, tmp_path):
    good, bad = tmp_path / "good.segment", tmp_path / "bad.segment"
    good.write_bytes(framed(log_request(service, "a").SerializeToString()))
    bad.write_bytes(good.read_bytes() + framed(refused_by_the_engine("b")))
    for _ in range(5):
        assert store.can_read(LOGS, good) is True
        assert store.can_read(LOGS, bad) is False
        # Each on a connection that one of the two may have been asked on.
        assert store.query("SELECT 1 AS one") == [{"one": 1}]
    assert store.query(LOG_ROWS, {"service": service}) == []


def test_huge_record_is_stored_whole(store, service, load):
    body = "".join(random.choices(string.printable, k=3_000_000))
    request = log_request(service, body)
    for index in range(10_000):
        request.resource_logs[0].scope_logs[0].log_records[0].attributes.add(key=f"k{index}").value.int_value = index
    load(request)
    (row,) = store.query(LOG_ROWS, {"service": service})
    assert row["Body"] == body
    assert row["LogAttributes"] == {f"k{index}": str(index) for index in range(10_000)}


def test_log_ids_of_a_segment_are_distinct_and_the_same_when_it_is_loaded_again(store, service, tmp_path):
    """The second load is given another token: the deduplication must not be what makes them equal."""
    request = log_request(service, *(["same"] * 5))
    for record in request.resource_logs[0].scope_logs[0].log_records:
        record.time_unix_nano = YEAR_2000 + 1
    segment = tmp_path / "s.segment"
    received = 1_700_000_000_123_456_789
    segment.write_bytes(framed(request.SerializeToString(), received) * 2)
    store.load_segment(LOGS, segment, f"token-{service}")
    first = [row["LogId"] for row in store.query(LOG_ROWS, {"service": service})]
    assert len(set(first)) == 10
    assert {(row.version, row.variant, row.int >> 80) for row in first} == {(7, uuid.RFC_4122, received // 10**6)}
    store.execute(
        load_statement(LOGS, segment, f"token-{service}", store.location.path / "spanlog-otlp.proto").replace(
            "insert_deduplication_token = 'token-", "insert_deduplication_token = 'other-"
        )
    )
    assert sorted(row["LogId"] for row in store.query(LOG_ROWS, {"service": service})) == sorted(first * 2)
