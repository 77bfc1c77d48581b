"""Requests as the official SDKs of five languages really sent them: taken, stored, and nothing of them lost.

``captured/README.md`` tells how they were captured and how to capture them anew.
"""

import gzip
import json
import time
from pathlib import Path

import pytest
from plain_decode import expected_rows, expected_rows_of_json
from stored_rows import assert_same_rows, rows_of_service

CAPTURED = Path(__file__).parent / "captured" / "requests"
NAMES = sorted(path.name.removesuffix(".logs.body") for path in CAPTURED.glob("*.logs.body"))
LANGUAGES = ("go", "java", "javascript", "python", "rust")
EXPORT = {
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
}


def read(name: str, signal: str) -> tuple[dict[str, str], bytes]:
    body = CAPTURED / f"{name}.{signal}.body"
    return json.loads(body.with_suffix(".json").read_text()), body.read_bytes()


@pytest.fixture
def stored(running, name):
    """Send one capture as it is, under a service name of this run, and return the rows of it by signal."""
    # As long as the one it replaces, so that no length in the bytes changes.
    service = f"captured-{name.partition('-')[0]}".encode()
    own = f"{time.time_ns():x}".encode()[-len(service) :].rjust(len(service), b"c")
    rows = {}
    for signal in ("logs", "traces"):
        headers, body = read(name, signal)
        plain = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        assert service in plain
        plain = plain.replace(service, own)
        began = time.time_ns()
        if "grpc" in headers["user-agent"].lower() or "content-type" not in headers:
            with running.channel() as channel:
                assert channel.unary_unary(EXPORT[signal])(plain) == b""
        else:
            sent = gzip.compress(plain) if headers.get("content-encoding") == "gzip" else plain
            answer = running.post(f"/v1/{signal}", sent, headers)
            assert (answer.status, answer.headers["content-type"]) == (200, headers["content-type"])
        decode = expected_rows_of_json if "json" in headers.get("content-type", "") else expected_rows
        expected = decode(signal, plain, began)
        rows[signal] = rows_of_service(running.store, signal, own.decode(), len(expected))
        assert_same_rows(rows[signal], expected)
    return rows


def test_every_language_is_captured():
    assert {name.partition("-")[0] for name in NAMES} == set(LANGUAGES)


@pytest.mark.parametrize("name", NAMES)
def test_captured_requests_are_stored_as_the_program_meant_them(name, stored):
    filled, failed = sorted(stored["logs"], key=lambda row: row["SeverityNumber"])
    spans = {row["SpanName"]: row for row in stored["traces"]}
    inner, outer = spans["inner"], spans["outer"]

    attributes = dict(filled["LogAttributes"])
    assert (filled["Body"], filled["SeverityText"], filled["TraceId"]) == ("order filled ✓", "INFO", "")
    assert attributes["symbol"] == "ETH/USDC"
    assert (attributes["order_id"], attributes["ok"], attributes["ratio"]) == ("42", "true", "0.5")
    assert attributes["empty"] == ""
    assert attributes["huge"] == str(2**53 - 1 if name.startswith("javascript") else 2**63 - 1)
    if not name.startswith("java-"):  # its API has no such attributes yet
        assert attributes["raw"] == "AP8="
        assert (attributes["tags"], attributes["nested"]) == ('["p",1]', '{"list":[{"deep":true}]}')
    assert (filled["ScopeName"], filled["ScopeVersion"]) == ("captured.logger", "1.2")
    assert filled["ScopeSchemaUrl"] == "https://opentelemetry.io/schemas/1.36.0"
    assert dict(filled["ResourceAttributes"])["a.list"] == '["x","y"]'

    assert (failed["EventName"], failed["SeverityText"], failed["SeverityNumber"]) == ("order.failed", "ERROR", 17)
    assert json.loads(failed["Body"]) == {"reason": "no quotes", "prices": [1.5]}
    assert (failed["TraceId"], failed["SpanId"], failed["TraceFlags"] & 1) == (inner["TraceId"], inner["SpanId"], 1)

    assert (outer["SpanKind"], outer["ParentSpanId"], outer["StatusCode"]) == ("Server", "", "Unset")
    assert {key: json.loads(value) for key, value in outer["SpanAttributes"]} == {"n": 7, "b": True, "l": [0.5, 2]}
    assert (inner["SpanKind"], inner["ParentSpanId"]) == ("Client", outer["SpanId"])
    assert (inner["StatusCode"], inner["StatusMessage"]) == ("Error", "no quotes")
    assert (inner["ScopeName"], inner["ScopeVersion"]) == ("captured.tracer", "3.4")
    assert outer["Timestamp"] <= inner["Timestamp"]
    assert inner["Duration"] <= outer["Duration"]
    retry, exception = inner["Events"]
    assert (retry["Name"], retry["Attributes"]) == ("retry", [("attempt", "2")])
    assert exception["Name"] == "exception"
    assert dict(exception["Attributes"])["exception.message"] == "no quotes"
    (link,) = inner["Links"]
    assert (link["TraceId"], link["SpanId"]) == ("01020300000000000000000000000000", "0405000000000000")
    assert link["Attributes"] == [("why", "retry of")]
    if name.startswith(("java-", "rust-")):  # the others send no state of a link
        assert link["TraceState"] == "vendor=value"
