"""The fast check of large requests lets through what the engine reads as it is, and nothing else."""

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from segments import log_request

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp import shallow_parse
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.otlp.shallow_parse import parse_shallow


def log_positions(request: ExportLogsServiceRequest):
    resource_logs = request.resource_logs[0]
    scope_logs = resource_logs.scope_logs[0]
    record = scope_logs.log_records[0]
    return {
        "resource": resource_logs.resource.attributes.add(key="k").value,
        "scope": scope_logs.scope.attributes.add(key="k").value,
        "record": record.attributes.add(key="k").value,
        "body": record.body,
    }


def span_positions(request: ExportTraceServiceRequest):
    resource_spans = request.resource_spans.add()
    scope_spans = resource_spans.scope_spans.add()
    span = scope_spans.spans.add(name="x")
    return {
        "resource": resource_spans.resource.attributes.add(key="k").value,
        "scope": scope_spans.scope.attributes.add(key="k").value,
        "span": span.attributes.add(key="k").value,
        "event": span.events.add(name="e").attributes.add(key="k").value,
        "link": span.links.add().attributes.add(key="k").value,
    }


FILLERS = {
    "empty_array": lambda value: value.array_value.SetInParent(),
    "empty_map": lambda value: value.kvlist_value.SetInParent(),
    "array_of_nothing": lambda value: value.array_value.values.add(),
    "array": lambda value: setattr(value.array_value.values.add(), "int_value", 1),
    "map": lambda value: setattr(value.kvlist_value.values.add(key="k").value, "string_value", "s"),
}


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("position", ["resource", "scope", "record", "body"])
def test_log_requests_with_arrays_and_maps_are_left_to_the_slow_check(position, filler):
    request = log_request("a", "x")
    positions = log_positions(request)
    FILLERS[filler](positions[position])
    passes = parse_shallow(LOGS, request.SerializeToString()) is not None
    assert passes == (position == "body" and filler.startswith("empty"))


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("position", ["resource", "scope", "span", "event", "link"])
def test_trace_requests_with_arrays_and_maps_are_left_to_the_slow_check(position, filler):
    request = ExportTraceServiceRequest()
    positions = span_positions(request)
    FILLERS[filler](positions[position])
    passes = parse_shallow(TRACES, request.SerializeToString()) is not None
    assert passes == (position in {"scope", "span"} and filler.startswith("empty"))


def test_plain_requests_of_both_signals_pass():
    logs, spans = log_request("a", "x", "y"), ExportTraceServiceRequest()
    for value in (*log_positions(logs).values(), *span_positions(spans).values()):
        value.string_value = "s"
    parsed = parse_shallow(LOGS, logs.SerializeToString())
    assert len(parsed.resource_logs[0].scope_logs[0].log_records) == 2
    assert len(parse_shallow(TRACES, spans.SerializeToString()).resource_spans[0].scope_spans[0].spans) == 1


def test_text_that_is_not_utf8_and_torn_requests_do_not_pass():
    body = log_request("a", "XX").SerializeToString()
    assert parse_shallow(LOGS, body) is not None
    assert parse_shallow(LOGS, body.replace(b"XX", b"\xff\xfe")) is None
    assert parse_shallow(LOGS, body[:-1]) is None


def test_request_that_ends_the_group_around_it_does_not_pass():
    """Its bytes would be balanced inside the groups, and nonsense in the journal."""
    body = log_request("a", "x").SerializeToString()
    for number in (1, 2, 1000):
        start, end = (shallow_parse._tag(number, wire_type) for wire_type in (3, 4))
        hostile = body + end + start
        assert parse_shallow(LOGS, hostile) is None
        with pytest.raises(MalformedRequestError):
            check_request(LOGS, hostile + bytes(shallow_parse._MOST_LEVELS) * 100)


def test_large_request_is_let_through_byte_for_byte_and_counted():
    body = log_request("a", *(f"body {index}" for index in range(1000))).SerializeToString()
    checked = check_request(LOGS, body)
    assert checked.body is body
    assert checked.records == 1000


def test_large_request_with_one_array_becomes_json_text_as_a_small_one_does():
    request = log_request("a", *(f"body {index}" for index in range(1000)))
    record = request.resource_logs[0].scope_logs[0].log_records[700]
    record.attributes.add(key="list").value.array_value.values.add().int_value = 7
    checked = check_request(LOGS, request.SerializeToString())
    stored = ExportLogsServiceRequest.FromString(checked.body).resource_logs[0].scope_logs[0].log_records[700]
    assert stored.attributes[0].value.string_value == "[7]"
    assert checked.records == 1000
