"""Requests are let through as they are, mended, or refused with a reason."""

import json

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from segments import log_request
from wire_requests import MISREAD, REFUSED, fixed64, integer, text
from wire_requests import request as request_of_bytes

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.otlp.json_codec import json_to_protobuf


def test_plain_request_passes_byte_for_byte():
    body = log_request("a", "one", "two").SerializeToString()
    checked = check_request(LOGS, body)
    assert checked.body is body
    assert checked.records == 2


def test_fields_that_otlp_has_and_nobody_stores_are_kept():
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.entity_refs.add(type="service", id_keys=["a", "b"])
    for flags in (0x100, 0x301):
        span = resource_spans.scope_spans.add().spans.add(name="x", flags=flags, dropped_attributes_count=3)
        span.events.add(name="e", dropped_attributes_count=1)
        span.links.add(flags=1)
    checked = check_request(TRACES, request.SerializeToString()).body
    assert ExportTraceServiceRequest.FromString(checked) == request
    assert check_request(TRACES, checked).body is checked


@pytest.mark.parametrize("name", [*REFUSED, *MISREAD])
def test_what_the_engine_reads_otherwise_is_left_out(name):
    sent = {**REFUSED, **MISREAD}[name]
    checked = check_request(LOGS, sent).body
    assert checked != sent
    assert check_request(LOGS, checked).body is checked
    assert understood(checked) == understood(sent)


def understood(body):
    """What protobuf understands, without what it passes over."""
    request = ExportLogsServiceRequest.FromString(body)
    request.DiscardUnknownFields()
    return request


def test_damage_in_what_is_not_stored_is_refused():
    body = request_of_bytes(resource=text(3, text(2, b"service") + b"\x1a\x11\xff"))
    with pytest.raises(MalformedRequestError):
        check_request(LOGS, body)


def test_what_is_written_in_another_order_is_the_same_request():
    record = integer(2, 9) + fixed64(1, 5)
    assert (
        check_request(LOGS, request_of_bytes(record)).body
        == check_request(LOGS, request_of_bytes(fixed64(1, 5) + integer(2, 9))).body
    )


def test_spans_are_counted_over_all_scopes():
    request = ExportTraceServiceRequest()
    for count in (2, 3):
        scope = request.resource_spans.add().scope_spans.add()
        for _ in range(count):
            scope.spans.add(name="x")
    assert check_request(TRACES, request.SerializeToString()).records == 5


def test_empty_request_has_no_records():
    assert check_request(LOGS, b"").records == 0


@pytest.mark.parametrize(
    "body",
    [b"garbage", b"\x0a\xff\xff", b"{}", b"\x00", log_request("a", "x").SerializeToString()[:-1]],
    ids=["text", "length lies", "json", "zero", "cut short"],
)
def test_what_is_not_protobuf_is_refused(body):
    with pytest.raises(MalformedRequestError, match="not an OTLP ExportLogsServiceRequest"):
        check_request(LOGS, body)


def test_invalid_utf8_is_replaced_and_the_rest_kept():
    request = log_request("a", "before XX after", "untouched")
    body = request.SerializeToString().replace(b"XX", b"\xff\xfe")
    records = (
        ExportLogsServiceRequest.FromString(check_request(LOGS, body).body).resource_logs[0].scope_logs[0].log_records
    )
    assert [record.body.string_value for record in records] == ["before \ufffd\ufffd after", "untouched"]


def test_containers_become_json_text_wherever_they_stand():
    request = log_request("a", "x")
    resource_logs = request.resource_logs[0]
    record = resource_logs.scope_logs[0].log_records[0]
    for attributes in (
        resource_logs.resource.attributes,
        resource_logs.scope_logs[0].scope.attributes,
        record.attributes,
    ):
        values = attributes.add(key="list").value.array_value.values
        values.add().int_value = 1
        values.add().string_value = 'tw"o'
        values.add().kvlist_value.values.add(key="deep").value.array_value.values.add().bytes_value = b"\x00\xff"
        values.add()
        values.add().double_value = float("nan")
    record.body.kvlist_value.values.add(key="k").value.bool_value = True
    parsed = ExportLogsServiceRequest.FromString(check_request(LOGS, request.SerializeToString()).body).resource_logs[0]
    record = parsed.scope_logs[0].log_records[0]
    expected = '[1,"tw\\"o",{"deep":["AP8="]},null,"nan"]'
    assert parsed.resource.attributes[1].value.string_value == expected
    assert parsed.scope_logs[0].scope.attributes[0].value.string_value == expected
    assert record.attributes[0].value.string_value == expected
    assert record.body.string_value == '{"k":true}'


def test_container_in_span_event_and_link_becomes_json_text():
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add(name="x")
    for attributes in (span.attributes, span.events.add().attributes, span.links.add().attributes):
        attributes.add(key="a").value.array_value.SetInParent()
    parsed = ExportTraceServiceRequest.FromString(check_request(TRACES, request.SerializeToString()).body)
    span = parsed.resource_spans[0].scope_spans[0].spans[0]
    assert [
        a[0].value.string_value for a in (span.attributes, span.events[0].attributes, span.links[0].attributes)
    ] == ["[]"] * 3


def test_json_becomes_the_same_message_as_protobuf():
    document = {
        "resourceLogs": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "a"}}]},
                "scopeLogs": [
                    {
                        "scope": {"name": "bot"},
                        "logRecords": [
                            {
                                "timeUnixNano": "1544712660300000000",
                                "observedTimeUnixNano": 1544712660300000001,
                                "severityNumber": 17,
                                "traceId": "5B8EFFF798038103D269B633813FC60C",
                                "spanId": "eee19b7ec3c1b174",
                                "body": {"stringValue": "hi"},
                                "attributes": [{"key": "n", "value": {"intValue": "42"}}],
                                "anUnknownField": {"traceId": "ab"},
                            }
                        ],
                    }
                ],
            }
        ]
    }
    request = ExportLogsServiceRequest.FromString(json_to_protobuf(LOGS, json.dumps(document).encode()))
    record = request.resource_logs[0].scope_logs[0].log_records[0]
    assert record.trace_id.hex() == "5b8efff798038103d269b633813fc60c"
    assert record.span_id.hex() == "eee19b7ec3c1b174"
    assert record.time_unix_nano == 1544712660300000000
    assert record.observed_time_unix_nano == 1544712660300000001
    assert record.severity_number == 17
    assert record.attributes[0].value.int_value == 42


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"resourceLogs": 5}',
        b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"traceId": "xyz"}]}]}]}',
        b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "-1"}]}]}]}',
        b'{"resourceLogs": ["x"]}',
        b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"severityNumber": 1e999}]}]}]}',
        b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"doubleValue": 1' + b"0" * 400 + b"}}]}]}]}",
        b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": "x"}]}]}]}',
        b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"attributes": ["x"]}]}]}]}',
        b'{"resourceLogs": [{"resource": {"attributes": [{"value": '
        + b'{"arrayValue": {"values": [' * 60
        + b"]}}" * 60
        + b"}]}}]}",
        b"[" * 100_000,
    ],
    ids=range(15),
)
def test_json_that_is_not_otlp_is_refused(document):
    with pytest.raises(MalformedRequestError):
        json_to_protobuf(LOGS, document)
