"""Spans with everything in them that Jaeger shows, and the calls that are compared.

All at fixed times, so that what the real one answered can be kept in a file.
"""

import base64
import json
from typing import Any
from urllib.parse import quote, urlencode

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

MS = 1_000_000
SECOND = 1000 * MS
BASE = 1_790_000_000 * SECOND  # 2026-09-21T14:13:20Z
CHECKOUT = "5b8efff798038103d269b633813fc60c"
BATCH = "0af7651916cd43dd8448eb211c80319c"
ODD = "7d3efff798038103d269b633813fc60d"
SHORT = "0000000000000000d269b633813fc60e"
NAMELESS = "1c3efff798038103d269b633813fc60f"
SHOP, PAY, STOCK, MAIL = "jaeger-shop", "jaeger-pay", "jaeger/stock", "jaeger-mail"
SERVICES = {SHOP, PAY, STOCK, MAIL, "missing-service-name"}
KIND = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5, "": 0}


def any_value(value: Any) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[any_value(item) for item in value]))
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=attributes(value)))
        case _:
            return AnyValue(string_value=value)


def attributes(values: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=any_value(value)) for key, value in values.items()]


def span(
    trace: str,
    number: int,
    parent: int,
    name: str,
    start: int,
    end: int,
    kind: str = "internal",
    values: dict[str, Any] | None = None,
    **more: Any,
) -> Span:
    return Span(
        trace_id=bytes.fromhex(trace),
        span_id=number.to_bytes(8, "big"),
        parent_span_id=parent.to_bytes(8, "big") if parent else b"",
        name=name,
        start_time_unix_nano=BASE + start,
        end_time_unix_nano=BASE + end,
        kind=KIND[kind],
        attributes=attributes(values or {}),
        **more,
    )


def event(at: int, name: str, **values: Any) -> Span.Event:
    return Span.Event(time_unix_nano=BASE + at, name=name, attributes=attributes(values))


def link(trace: str, number: int, **values: Any) -> Span.Link:
    return Span.Link(trace_id=bytes.fromhex(trace), span_id=number.to_bytes(8, "big"), attributes=attributes(values))


def spans_of_all_kinds(base: int = BASE) -> list[bytes]:
    """One request for each trace, the oldest first: the newest, to Jaeger's memory, is the one that came last.

    The first begins at ``base``, in nanoseconds since 1970.
    """
    requests = []
    for trace in (CHECKOUT, BATCH, ODD, SHORT, NAMELESS):
        request = _all_traces()
        for group in request.resource_spans:
            for part in group.scope_spans:
                kept = [_later(span, base - BASE) for span in part.spans if span.trace_id.hex() == trace]
                del part.spans[:]
                part.spans.extend(kept)
        requests.append(request.SerializeToString())
    return requests


def _later(span: Span, nanoseconds: int) -> Span:
    span.start_time_unix_nano += nanoseconds
    span.end_time_unix_nano += nanoseconds
    for event in span.events:
        event.time_unix_nano += nanoseconds
    return span


def _all_traces() -> ExportTraceServiceRequest:
    """Several services, kinds, failures, links, events, attributes of every type, and what senders get wrong."""
    request = ExportTraceServiceRequest()
    resource = {"telemetry.sdk.name": "hand-made", "process.pid": 17, "deployment.environment.name": "test"}

    def add(service: str | None, scope: tuple[str, str], *spans: Span) -> None:
        group = request.resource_spans.add()
        named = {} if service is None else {"service.name": service}
        group.resource.attributes.extend(attributes({**resource, **named}))
        scope_spans = group.scope_spans.add()
        scope_spans.scope.name, scope_spans.scope.version = scope
        scope_spans.spans.extend(spans)

    every_type = {
        "text": "a b", "empty": "", "yes": True, "no": False, "http.status_code": 500, "ratio": 0.25, "whole": 3.0,
        "large": 2**53 + 1, "least": -(2**63), "bytes": b"\x00\xff\x10", "list": ["a", 1, True],
        "map": {"k": 1, "a": "b"}, "html": "<b>&amp;", "letters": "Grüße 😀",
    }  # fmt: skip
    failed = Status(code=2, message="card refused")
    add(
        SHOP,
        ("shop.http", "1.2"),
        span(CHECKOUT, 1, 0, "POST /checkout", 0, 400 * MS, "server", every_type, trace_state="a=1,b=2"),
        span(CHECKOUT, 2, 1, "POST /pay", 20 * MS, 300 * MS, "client", {"peer.service": PAY}),
        span(CHECKOUT, 3, 1, "GET /stock", 310 * MS, 350 * MS, "client", status=Status(code=1)),
        span(CHECKOUT, 4, 1, "publish mail", 360 * MS, 361 * MS + 999, "producer"),
        span(BATCH, 1, 0, "nightly", 60 * SECOND, 75 * SECOND, "", {"error": False}),
        span(BATCH, 2, 1, "step", 61 * SECOND, 62 * SECOND),
    )
    add(
        PAY,
        ("pay", ""),
        span(
            CHECKOUT, 5, 2, "POST /pay", 30 * MS, 290 * MS, "server", {"amount": 12.5}, status=failed,
            events=[
                event(100 * MS, "exception", **{"exception.type": "Refused", "exception.message": "no", "depth": 3}),
                event(120 * MS, "retry", event="of its own", attempt=2),
                event(130 * MS, "", only="attributes"),
            ],
        ),
        span(CHECKOUT, 6, 5, "SELECT cards", 40 * MS, 60 * MS, "client", {"db.system": "postgresql"}),
    )  # fmt: skip
    add(
        STOCK,
        ("", ""),
        # Clocks that are wrong: before its parent, and beyond its end.
        span(CHECKOUT, 7, 3, "GET /stock", 300 * MS, 330 * MS, "server"),
        span(CHECKOUT, 8, 7, "read shelf", 295 * MS, 345 * MS),
    )
    add(
        MAIL,
        ("mail", "0.1"),
        span(CHECKOUT, 9, 4, "mail", 500 * MS, 700 * MS, "consumer", links=[link(CHECKOUT, 4, why="sent it")]),
        # Its parent is not stored; it points elsewhere too.
        span(
            BATCH, 3, 99, "digest", 63 * SECOND, 64 * SECOND, "consumer",
            links=[link(CHECKOUT, 1), link(BATCH, 2, **{"opentracing.ref_type": "child_of"})],
        ),
        span(BATCH, 4, 0, "second root", 65 * SECOND, 66 * SECOND, links=[link(SHORT, 1), link(BATCH, 1)]),
        span(ODD, 1, 0, "twice", 120 * SECOND, 121 * SECOND),
        span(ODD, 1, 0, "twice", 120 * SECOND, 121 * SECOND),
        span(ODD, 2, 1, "inside", 120 * SECOND, 121 * SECOND),
        span(ODD, 3, 2, "at once", 120 * SECOND + 1, 120 * SECOND + 1),
        span(SHORT, 1, 0, "short id", 180 * SECOND, 181 * SECOND),
    )  # fmt: skip
    add(None, ("", ""), span(NAMELESS, 1, 0, "of nobody", 240 * SECOND, 241 * SECOND, "server"))
    return request


def v1(path: str, **params: Any) -> str:
    return f"/api/{path}" + (f"?{urlencode(params, doseq=True)}" if params else "")


def search(service: str = SHOP, **params: Any) -> str:
    period = {"start": BASE // 1000 - 1, "end": (BASE + 600 * SECOND) // 1000}
    return v1("traces", **{"service": service, **period, **params})


def v3(path: str, **params: Any) -> str:
    dotted = {name if "." in name else f"query.{name}": value for name, value in params.items()}
    return f"/api/v3/{path}?{urlencode(dotted)}"


def v3_search(path: str = "traces", **params: Any) -> str:
    period = {"start_time_min": "2026-09-21T14:13:19Z", "start_time_max": "2026-09-21T14:30:00.5Z", "num_traces": 20}
    return v3(path, **{"service_name": SHOP, **period, **params})


DEPENDENCIES = {"endTs": (BASE + 600 * SECOND) // MS, "lookback": 3_600_000}

CALLS = {
    "services": v1("services"),
    "operations of a service": v1(f"services/{SHOP}/operations"),
    "operations of a service with a slash": v1(f"services/{quote(STOCK, safe='')}/operations"),
    "operations of a service that is not there": v1("services/jaeger-none/operations"),
    "operations": v1("operations", service=PAY),
    "operations of one kind": v1("operations", service=PAY, spanKind="server"),
    "operations of no service": v1("operations"),
    "one trace": v1(f"traces/{CHECKOUT}"),
    "one trace in capitals": v1(f"traces/{CHECKOUT.upper()}"),
    "one trace, raw": v1(f"traces/{CHECKOUT}", raw="true"),
    "one trace, with times": v1(f"traces/{CHECKOUT}", start=BASE // 1000, end=BASE // 1000 + 1_000_000),
    "one trace, printed for people": v1(f"traces/{SHORT}", prettyPrint="true"),
    "a trace with links and without a parent": v1(f"traces/{BATCH}"),
    "a trace with links, raw": v1(f"traces/{BATCH}", raw="true"),
    "a trace with spans that are there twice": v1(f"traces/{ODD}"),
    "a trace with a short id": v1(f"traces/{SHORT[16:]}"),
    "a trace of no service": v1(f"traces/{NAMELESS}"),
    "a trace that is not there": v1(f"traces/{'f' * 32}"),
    "no trace id": v1("traces/xyz"),
    "no trace id, in its first half": v1(f"traces/zz{'0' * 16}"),
    "a trace id that is too long": v1(f"traces/{'a' * 33}"),
    "raw is neither true nor false": v1(f"traces/{CHECKOUT}", raw="maybe"),
    "a trace with a time that is none": v1(f"traces/{CHECKOUT}", start="x"),
    "several traces": v1("traces", traceID=[CHECKOUT, SHORT, "f" * 32]),
    "several traces, one id wrong": v1("traces", traceID=[CHECKOUT, "xyz"]),
    "search": search(),
    "search, nothing found": search("jaeger-none"),
    "search, no service": v1("traces"),
    "search by operation": search(MAIL, operation="digest"),
    "search by tag": search(tag="http.status_code:500"),
    "search by tags as an object": search(tags='{"text":"a b","yes":"true"}'),
    "search by a tag with colons": search(tag="text:a:b"),
    "search by a tag of the resource": search(tag="process.pid:17"),
    "search by a tag of an event": search(PAY, tag="exception.type:Refused"),
    "search by an event": search(PAY, tag="event:exception"),
    "search by what failed": search(PAY, tags='{"error":"true"}'),
    "search by what did not fail": search(tags='{"error":"false"}'),
    "search by kind": search(MAIL, tag="span.kind:consumer"),
    "search by status": search(tag="otel.status_code:OK"),
    "search by the words of a status": search(PAY, tag="otel.status_description:card refused"),
    "search by scope": search(tag="otel.scope.name:shop.http"),
    "search by trace state": search(tag="w3c.tracestate:a=1,b=2"),
    "search by a tag of another span": search(tag=["http.status_code:500", "peer.service:jaeger-pay"]),
    "search by a tag that is empty": search(tag="empty:"),
    "search by least duration": search(minDuration="1s"),
    "search by most duration": search(maxDuration="0.5ms"),
    "search by both": search(minDuration="1m", maxDuration="1h2m0.5s"),
    "search by durations that exclude each other": search(minDuration="2s", maxDuration="1s"),
    "search by a duration without a unit": search(minDuration="5"),
    "search by a duration of an unknown unit": search(minDuration="5d"),
    "search by no duration": search(minDuration="soon"),
    "search in a shorter time": search(start=(BASE + SECOND) // 1000),
    "search in a time before": search(end=BASE // 1000 - 1),
    "search from the first microsecond to it": search(start=BASE // 1000, end=BASE // 1000),
    "search by a time that is none": search(start="yesterday"),
    "search by a time out of range": search(start="9" * 30),
    "search, newest": search(limit=1),
    "search by a limit that is none": search(limit="many"),
    "search by a tag without a value": search(tag="nothing"),
    "dependencies": v1("dependencies", **DEPENDENCIES),
    "dependencies of a service": v1("dependencies", **DEPENDENCIES, service=PAY),
    "dependencies in a time without spans": v1("dependencies", endTs=1, lookback=1),
    "dependencies by a time that is none": v1("dependencies", endTs="x"),
    "dependencies by a lookback that is none": v1("dependencies", lookback="1h"),
    "metrics": v1("metrics/calls", service=SHOP),
    "metrics' step": v1("metrics/minstep"),
    "v3 services": "/api/v3/services",
    "v3 operations": f"/api/v3/operations?service={PAY}",
    "v3 one trace": f"/api/v3/traces/{CHECKOUT}",
    "v3 a trace with links and without a parent": f"/api/v3/traces/{BATCH}",
    "v3 a trace with a short id": f"/api/v3/traces/{SHORT}",
    "v3 a trace that is not there": f"/api/v3/traces/{'f' * 32}",
    "v3 no trace id": "/api/v3/traces/xyz",
    "v3 raw is neither true nor false": f"/api/v3/traces/{CHECKOUT}?raw_traces=maybe",
    "v3 search": v3_search(),
    "v3 search by operation": v3_search(service_name=MAIL, operation_name="digest"),
    "v3 search by duration": v3_search(duration_min="1s"),
    "v3 search, nothing found": v3_search(service_name="jaeger-none"),
    "v3 search, no time": v3("traces", service_name=SHOP),
    "v3 search by no duration": v3_search(duration_min="soon"),
    "v3 search by a limit that is none": v3_search(num_traces="many"),
}
"""What is asked of both, by what it shows."""


def as_json(request: bytes) -> bytes:
    """Return a request as a file of OTLP's JSON: ids in hex, enums as numbers."""
    content = MessageToDict(ExportTraceServiceRequest.FromString(request), use_integers_for_enums=True)
    for span in (
        span for group in content["resourceSpans"] for part in group["scopeSpans"] for span in part.get("spans", [])
    ):
        for holder in (span, *span.get("links", [])):
            for name in {"traceId", "spanId", "parentSpanId"} & holder.keys():
                holder[name] = base64.b64decode(holder[name]).hex()
    return json.dumps(content).encode()


FILES = {
    "a file with a trace": as_json(spans_of_all_kinds()[0]),
    "a file with links": as_json(spans_of_all_kinds()[1]),
    "an empty file": b"{}",
}
"""What people open in the UI, which posts it to ``/api/transform``."""
