"""What the engine stored of a request is what a plain Python decode of the same bytes says, in every column.

``tests/benchmarks/otlp_differential.py`` runs the same comparison over as many requests as one likes.
"""

import dataclasses
import random
import time
from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hostile_payloads import (
    bit_flips,
    concatenation,
    lying_lengths,
    odd_fields,
    random_bytes,
    splice,
    truncation,
)
from hypothesis import HealthCheck, given, settings
from odd_writing import oddly_written
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp_requests import requests
from plain_decode import DAY, YEAR_2000, UndecodableError, double_text, expected_rows
from segments import framed, log_request
from stored_rows import assert_same_rows, check_and_load, take_rows
from wire_requests import MISREAD, REFUSED, TAKEN

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.storage import Store, migrate
from spanlog_collector.storage.exceptions import SegmentRefusedError

GENERATED = settings(
    # The same requests in each run; otlp_differential.py draws others.
    derandomize=True,
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def tables(store: Store) -> Iterator[Store]:
    """The tables, in a database that only this module writes to."""
    store.execute("CREATE DATABASE differential")
    opened = Store(dataclasses.replace(store.location, database="differential"))
    migrate(opened)
    yield opened
    opened.close()
    store.execute("DROP DATABASE differential")


@pytest.fixture
def assert_stored_as_decoded(tables, tmp_path):
    """Store requests in one segment and compare each row."""

    def assert_stored_as_decoded(signal: str, *bodies: bytes) -> None:
        received = time.time_ns()
        expected = [row for body in bodies for row in expected_rows(signal, body, received)]
        if expected:
            check_and_load(tables, tmp_path, signal, bodies, received)
        assert_same_rows(take_rows(tables, signal), expected)

    return assert_stored_as_decoded


@GENERATED
@given(bodies=st.lists(requests("logs"), min_size=1, max_size=6))
def test_log_requests(assert_stored_as_decoded, bodies):
    assert_stored_as_decoded("logs", *bodies)


@GENERATED
@given(bodies=st.lists(requests("traces"), min_size=1, max_size=6))
def test_trace_requests(assert_stored_as_decoded, bodies):
    assert_stored_as_decoded("traces", *bodies)


def test_encodings_that_protobuf_allows_and_nobody_sends(assert_stored_as_decoded):
    bodies = (*TAKEN.values(), *REFUSED.values(), *MISREAD.values())
    assert_stored_as_decoded("logs", *bodies, log_request("neighbour", "x").SerializeToString())


@pytest.mark.parametrize("name", REFUSED)
def test_encodings_that_the_engine_refuses_are_known(tables, tmp_path, name):
    """When the engine learns one of them, the check has lost a reason."""
    segment = tmp_path / "s.segment"
    segment.write_bytes(framed(REFUSED[name]))
    with pytest.raises(SegmentRefusedError):
        tables.load_segment(LOGS, segment, name)


@pytest.mark.parametrize("name", MISREAD)
def test_encodings_that_the_engine_misreads_are_known(tables, tmp_path, name):
    received = time.time_ns()
    segment = tmp_path / "s.segment"
    segment.write_bytes(framed(MISREAD[name], received))
    tables.load_segment(LOGS, segment, name)
    with pytest.raises(AssertionError, match="stored:"):
        assert_same_rows(take_rows(tables, "logs"), expected_rows("logs", MISREAD[name], received))


@pytest.mark.parametrize("signal", ["logs", "traces"])
def test_each_of_thousands_of_hostile_requests_between_two_neighbours(assert_stored_as_decoded, signal):
    """All in one segment: what any of them did to another would be seen there."""
    chance = random.Random(853463)
    written = [oddly_written(chance, signal) for _ in range(2_000)]
    kinds = (bit_flips, truncation, splice, concatenation, lying_lengths, random_bytes, odd_fields)
    payloads = [kinds[number % len(kinds)](chance) for number in range(2_000)]
    written += [drawn.body for drawn in payloads if drawn.signal == signal]
    bodies, refused = [], []
    for number, body in enumerate(written):
        bodies.append(neighbour(signal, number))
        (bodies if is_accepted(signal, body) else refused).append(body)
    assert_stored_as_decoded(signal, *bodies, neighbour(signal, len(written)))
    assert len(bodies) - len(written) > 1_500
    for body in refused:
        with pytest.raises(UndecodableError):
            expected_rows(signal, body, 0)


def neighbour(signal: str, number: int) -> bytes:
    if signal == "logs":
        return log_request(f"neighbour {number}", "x", "y").SerializeToString()
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = f"neighbour {number}"
    spans = resource_spans.scope_spans.add().spans
    for name in "xy":
        spans.add(name=name, trace_id=bytes(15) + name.encode(), start_time_unix_nano=2 * 10**18)
    return request.SerializeToString()


def is_accepted(signal: str, body: bytes) -> bool:
    try:
        check_request(LOGS if signal == "logs" else TRACES, body)
    except MalformedRequestError:
        return False
    return True


def test_ten_thousand_attributes(assert_stored_as_decoded):
    request = log_request("many", "x")
    for index in range(10_000):
        value = request.resource_logs[0].scope_logs[0].log_records[0].attributes.add(key=f"k{index % 9_000}").value
        if index % 2:
            value.int_value = index
        else:
            value.kvlist_value.values.add(key="deep").value.array_value.values.add().bytes_value = bytes([index % 256])
    assert_stored_as_decoded("logs", request.SerializeToString())


def test_thousands_of_scopes_and_resources(assert_stored_as_decoded):
    request = ExportTraceServiceRequest()
    for number in range(2_000):
        resource_spans = request.resource_spans.add()
        if number % 3:
            scope_spans = resource_spans.scope_spans.add()
            scope_spans.scope.name = str(number)
            if number % 5:
                scope_spans.spans.add(name="s", start_time_unix_nano=YEAR_2000 + number, end_time_unix_nano=2 * 10**18)
    assert_stored_as_decoded("traces", request.SerializeToString())


@pytest.mark.parametrize("levels", [5, 15, 29])
def test_maps_in_arrays_in_maps(assert_stored_as_decoded, levels):
    request = log_request("deep", "x")
    record = request.resource_logs[0].scope_logs[0].log_records[0]
    for outermost in (record.body, record.attributes.add(key="k").value):
        value = outermost
        for level in range(levels):
            value = (
                value.array_value.values.add()
                if level % 2
                else value.kvlist_value.values.add(key=f"level {level}").value
            )
        value.double_value = float("nan")
    assert_stored_as_decoded("logs", request.SerializeToString())


def test_spans_whose_times_make_no_sense(assert_stored_as_decoded):
    """Kept, told by an attribute where a column cannot, and no view chokes on them."""
    times = (0, 1, YEAR_2000, time.time_ns(), time.time_ns() + 2 * DAY, 2**63 - 1, 2**63, 2**64 - 1)
    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    for start in times:
        for end in times:
            span = spans.add(start_time_unix_nano=start, end_time_unix_nano=end, trace_id=bytes(15) + b"1")
            span.events.add(time_unix_nano=end, name="e")
    assert_stored_as_decoded("traces", request.SerializeToString())


@pytest.mark.parametrize("severity", [-(2**31), -1, 0, *range(1, 25), 25, 255, 256, 281, 2**31 - 1])
def test_severities(severity):
    request = log_request("severity", "x")
    request.resource_logs[0].scope_logs[0].log_records[0].severity_number = severity
    (row,) = expected_rows("logs", request.SerializeToString(), time.time_ns())
    assert row["SeverityNumber"] == (severity if 0 <= severity <= 24 else 0)


def test_severities_are_stored(assert_stored_as_decoded):
    request = log_request("severity", *map(str, range(35)))
    records = request.resource_logs[0].scope_logs[0].log_records
    for record, severity in zip(records, (-(2**31), -1, *range(26), 255, 256, 280, 281, 2**31 - 1), strict=False):
        record.severity_number = severity
    assert_stored_as_decoded("logs", request.SerializeToString())


@given(requests("logs"))
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_plain_decode_reads_what_the_official_classes_read(body):
    """The oracle's own check: on text that is UTF-8 both say the same of each record's scalars."""
    try:
        request = ExportLogsServiceRequest.FromString(body)
    except Exception:  # noqa: BLE001 - text that is no UTF-8, which the official classes do not take
        return
    records = [
        record
        for resource_logs in request.resource_logs
        for scope_logs in resource_logs.scope_logs
        for record in scope_logs.log_records
    ]
    rows = expected_rows("logs", body, 2**64 - 1 - DAY)
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert (row["SeverityText"], row["EventName"]) == (record.severity_text, record.event_name)
        assert row["TraceFlags"] == record.flags & 255
        assert len([key for key, _ in row["LogAttributes"] if key != "log.record.uid"]) >= len(
            [pair for pair in record.attributes if pair.key != "log.record.uid"]
        )
        if record.body.WhichOneof("value") == "string_value":
            assert row["Body"] == record.body.string_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "-0"), (1.0, "1"), (0.1, "0.1"), (-2.5, "-2.5"), (1e20, "100000000000000000000"),
        (1e21, "1e21"), (1.5e300, "1.5e300"), (1e-6, "0.000001"), (1.5e-7, "1.5e-7"), (5e-324, "5e-324"),
        (float("inf"), "inf"), (float("-inf"), "-inf"), (float("nan"), "nan"), (123456.789, "123456.789"),
    ],
)  # fmt: skip
def test_text_of_a_double(tables, value, text):
    assert double_text(value) == text
    assert tables.query("SELECT toString({value:Float64}) AS text", {"value": value})[0]["text"] == text
