"""What the engine stored is what a plain decode of the same bytes says."""

import base64
import json
import math
import random
import string
import time
import uuid

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from segments import framed, log_request, refused_by_the_engine

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage.exceptions import SegmentRefusedError
from spanlog_collector.storage.loading import load_statement

LOG_ROWS = """
SELECT *, toUnixTimestamp64Nano(Timestamp) AS Nanoseconds, toString(LogId) AS Id
FROM otel_logs WHERE ServiceName = {service:String} ORDER BY Body, Timestamp, Id
"""
SPAN_ROWS = """
SELECT *, toUnixTimestamp64Nano(Timestamp) AS Nanoseconds,
    arrayMap(t -> toUnixTimestamp64Nano(t), `Events.Timestamp`) AS EventNanoseconds
FROM otel_traces WHERE ServiceName = {service:String} ORDER BY SpanName
"""
DAY = 86_400 * 10**9
YEAR_2000 = 946_684_800 * 10**9


def text_of(value: AnyValue) -> str:
    """What the standard Collector's exporter writes of a value."""
    match value.WhichOneof("value"):
        case None:
            return ""
        case "string_value":
            return value.string_value
        case "bool_value":
            return "true" if value.bool_value else "false"
        case "int_value":
            return str(value.int_value)
        case "double_value":
            return number(value.double_value)
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case _:
            return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def plain(value: AnyValue):
    match value.WhichOneof("value"):
        case "array_value":
            return [plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {pair.key: plain(pair.value) for pair in value.kvlist_value.values}
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "double_value":
            return value.double_value if math.isfinite(value.double_value) else str(value.double_value)
        case None:
            return None
        case kind:
            return getattr(value, kind)


def number(value: float) -> str | float:
    """Doubles are compared as doubles: shortest texts differ between languages."""
    return value if math.isfinite(value) else repr(value)


def same_text(stored: str, expected: str | float) -> bool:
    return float(stored) == expected if isinstance(expected, float) else stored == expected


def assert_same_map(stored: dict[str, str], attributes, ignored: tuple[str, ...] = ()) -> None:
    expected = {pair.key: text_of(pair.value) for pair in attributes if pair.key not in ignored}
    assert set(stored) == set(expected)
    for key, value in expected.items():
        assert same_text(stored[key], value), (key, stored[key], value)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), TEXT, st.binary(max_size=8)
)
VALUES = st.recursive(
    SCALARS, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(TEXT, v, max_size=3)), max_leaves=6
)
ATTRIBUTES = st.dictionaries(TEXT.filter(lambda key: key != "log.record.uid"), VALUES, max_size=5)
NANOSECONDS = st.one_of(
    st.just(0), st.just(1), st.just(2**64 - 1), st.integers(0, 2**64 - 1), st.integers(YEAR_2000, 2 * 10**18)
)
RECORDS = st.fixed_dictionaries(
    {
        "time": NANOSECONDS,
        "observed": NANOSECONDS,
        "severity": st.integers(0, 24),
        "severity_text": TEXT,
        "body": VALUES,
        "attributes": ATTRIBUTES,
        "flags": st.integers(0, 2**32 - 1),
        "trace_id": st.one_of(
            st.just(b""), st.just(bytes(16)), st.binary(min_size=16, max_size=16), st.binary(max_size=20)
        ),
        "span_id": st.one_of(
            st.just(b""), st.just(bytes(8)), st.binary(min_size=8, max_size=8), st.binary(max_size=10)
        ),
        "event_name": TEXT,
    }
)


def put(target: AnyValue, value) -> None:
    match value:
        case None:
            pass
        case bool():
            target.bool_value = value
        case int():
            target.int_value = value
        case float():
            target.double_value = value
        case str():
            target.string_value = value
        case bytes():
            target.bytes_value = value
        case list():
            target.array_value.SetInParent()
            for item in value:
                put(target.array_value.values.add(), item)
        case dict():
            target.kvlist_value.SetInParent()
            for key, item in value.items():
                put(target.kvlist_value.values.add(key=key).value, item)


def put_all(target, attributes: dict) -> None:
    for key, value in attributes.items():
        put(target.add(key=key).value, value)


def hex_id(raw: bytes, length: int) -> str:
    return raw.hex() if len(raw) == length and any(raw) else ""


def is_plausible(nanoseconds: int, received: int) -> bool:
    return YEAR_2000 <= nanoseconds <= received + DAY


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORDS, min_size=1, max_size=4), resource=ATTRIBUTES, scope=ATTRIBUTES, is_large=st.booleans())
def test_stored_records_equal_a_plain_decode(store, load, records, resource, scope, is_large):
    service = f"differential-{uuid.uuid4()}"
    received = time.time_ns()
    request = ExportLogsServiceRequest()
    resource_logs = request.resource_logs.add(schema_url="https://r")
    resource.pop("service.name", None)
    put_all(resource_logs.resource.attributes, {**resource, "service.name": service})
    scope_logs = resource_logs.scope_logs.add(schema_url="https://s")
    scope_logs.scope.name = "logger"
    scope_logs.scope.version = "7"
    put_all(scope_logs.scope.attributes, scope)
    for index, given_record in enumerate(records):
        record = scope_logs.log_records.add(
            time_unix_nano=given_record["time"],
            observed_time_unix_nano=given_record["observed"],
            severity_number=given_record["severity"],
            severity_text=given_record["severity_text"],
            flags=given_record["flags"],
            trace_id=given_record["trace_id"],
            span_id=given_record["span_id"],
            event_name=given_record["event_name"],
        )
        put(record.body, given_record["body"])
        put_all(record.attributes, given_record["attributes"])
        record.attributes.add(key="index").value.int_value = index
    load(request, received_unix_nano=received, is_large=is_large)

    rows = {row["LogAttributes"]["index"]: row for row in store.query(LOG_ROWS, {"service": service})}
    assert len(rows) == len(records)
    for record in scope_logs.log_records:
        row = rows[str(record.attributes[-1].value.int_value)]
        assert_same_map(row["ResourceAttributes"], resource_logs.resource.attributes)
        assert_same_map(row["ScopeAttributes"], scope_logs.scope.attributes)
        is_odd = record.time_unix_nano and not is_plausible(record.time_unix_nano, received)
        if is_odd:
            assert row["LogAttributes"].pop("spanlog.time_unix_nano") == str(record.time_unix_nano)
        assert_same_map(row["LogAttributes"], record.attributes)
        candidates = (record.time_unix_nano, record.observed_time_unix_nano)
        expected = next((time_ for time_ in candidates if is_plausible(time_, received)), received)
        assert row["Nanoseconds"] == expected
        assert same_text(row["Body"], text_of(record.body))
        assert row["SeverityNumber"] == record.severity_number
        assert row["SeverityText"] == record.severity_text
        assert row["TraceFlags"] == record.flags & 255
        assert row["TraceId"] == hex_id(record.trace_id, 16)
        assert row["SpanId"] == hex_id(record.span_id, 8)
        assert row["EventName"] == record.event_name
        assert (row["ResourceSchemaUrl"], row["ScopeSchemaUrl"]) == ("https://r", "https://s")
        assert (row["ScopeName"], row["ScopeVersion"]) == ("logger", "7")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_stored_spans_equal_a_plain_decode(store, load, data):
    service = f"differential-{uuid.uuid4()}"
    received = time.time_ns()
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = service
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name, scope_spans.scope.version = "tracer", "1"
    ids = st.one_of(st.just(b""), st.binary(min_size=16, max_size=16), st.binary(max_size=9))
    for index in range(data.draw(st.integers(1, 3))):
        span = scope_spans.spans.add(
            name=str(index),
            trace_id=data.draw(ids),
            span_id=data.draw(st.binary(min_size=8, max_size=8)),
            parent_span_id=data.draw(st.one_of(st.just(b""), st.binary(min_size=8, max_size=8))),
            trace_state=data.draw(TEXT),
            kind=data.draw(st.integers(0, 5)),
            start_time_unix_nano=data.draw(NANOSECONDS),
            end_time_unix_nano=data.draw(NANOSECONDS),
        )
        span.status.code = data.draw(st.integers(0, 2))
        span.status.message = data.draw(TEXT)
        put_all(span.attributes, data.draw(ATTRIBUTES))
        for _ in range(data.draw(st.integers(0, 2))):
            event = span.events.add(name=data.draw(TEXT), time_unix_nano=data.draw(NANOSECONDS))
            put_all(event.attributes, data.draw(ATTRIBUTES))
        for _ in range(data.draw(st.integers(0, 2))):
            link = span.links.add(
                trace_id=data.draw(ids), span_id=data.draw(st.binary(max_size=8)), trace_state=data.draw(TEXT)
            )
            put_all(link.attributes, data.draw(ATTRIBUTES))
    load(request, received_unix_nano=received, is_large=data.draw(st.booleans()))

    rows = {row["SpanName"]: row for row in store.query(SPAN_ROWS, {"service": service})}
    assert len(rows) == len(scope_spans.spans)
    for span in scope_spans.spans:
        row = rows[span.name]
        start, end = span.start_time_unix_nano, span.end_time_unix_nano
        if is_plausible(start, received):
            assert row["Nanoseconds"] == start
        else:
            assert row["Nanoseconds"] == received
            assert row["SpanAttributes"].pop("spanlog.start_time_unix_nano") == str(start)
        assert row["Duration"] == max(end - start, 0)
        assert_same_map(row["SpanAttributes"], span.attributes)
        assert row["TraceId"] == hex_id(span.trace_id, 16)
        assert row["SpanId"] == hex_id(span.span_id, 8)
        assert row["ParentSpanId"] == hex_id(span.parent_span_id, 8)
        assert row["TraceState"] == span.trace_state
        assert row["SpanKind"] == ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"][span.kind]
        assert row["StatusCode"] == ["Unset", "Ok", "Error"][span.status.code]
        assert row["StatusMessage"] == span.status.message
        assert (row["ScopeName"], row["ScopeVersion"]) == ("tracer", "1")
        assert row["Events.Name"] == [event.name for event in span.events]
        assert row["EventNanoseconds"] == [
            event.time_unix_nano if is_plausible(event.time_unix_nano, received) else received for event in span.events
        ]
        for stored, event in zip(row["Events.Attributes"], span.events, strict=True):
            assert_same_map(stored, event.attributes)
        assert row["Links.TraceId"] == [hex_id(link.trace_id, 16) for link in span.links]
        assert row["Links.SpanId"] == [hex_id(link.span_id, 8) for link in span.links]
        assert row["Links.TraceState"] == [link.trace_state for link in span.links]
        for stored, link in zip(row["Links.Attributes"], span.links, strict=True):
            assert_same_map(stored, link.attributes)


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
    store.execute(f"ALTER TABLE otel_logs DELETE WHERE ServiceName = '{service}' SETTINGS mutations_sync = 1")
    store.execute(
        load_statement(LOGS, segment, f"token-{service}", store.location.path / "spanlog-otlp.proto").replace(
            "insert_deduplication_token = 'token-", "insert_deduplication_token = 'other-"
        )
    )
    assert [row["LogId"] for row in store.query(LOG_ROWS, {"service": service})] == first
