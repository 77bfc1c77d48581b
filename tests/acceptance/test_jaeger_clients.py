"""The calls that Jaeger UI and Grafana's Jaeger data source make, to a running stack, read as those clients read them.

Which calls, and of which versions, was read from their sources; docs/jaeger.md lists them.
"""

import json
import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import urllib3
from jaeger_traffic import BATCH, CHECKOUT, FILES, MAIL, MS, PAY, SECOND, SHOP, SHORT, STOCK, spans_of_all_kinds

HEX_TRACE = re.compile(r"(?!0+$)[0-9a-f]{32}")
HEX_SPAN = re.compile(r"(?!0+$)[0-9a-f]{16}")
DECIMAL = re.compile(r"\d+")
# An hour ago, on a whole second.
BASE = (time.time_ns() // SECOND - 3600) * SECOND
START_MICROSECONDS, END_MICROSECONDS = BASE // 1000, (BASE + 600 * SECOND) // 1000


def clock(seconds: float, zone: str = "Z") -> str:
    """Give a time after the base as JavaScript's toISOString and Go's RFC3339Nano do."""
    moment = datetime.fromtimestamp(BASE // SECOND + seconds, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + zone


WEEK_MILLISECONDS = 7 * 24 * 3600 * 1000


@pytest.fixture(scope="module")
def filled(stack):
    http = urllib3.PoolManager()
    for request in spans_of_all_kinds(BASE):
        headers = {"Content-Type": "application/x-protobuf"}
        assert http.request("POST", f"{stack.otlp_http}/v1/traces", body=request, headers=headers).status == 200
    http.clear()
    stack.wait_for("/jaeger/api/services", lambda answer: len(answer["data"]) == 5)
    return stack


def get(stack, path: str, **params: Any) -> Any:
    """Ask as the UI's fetch() and Go's http.Get do, with a query string of their making."""
    answer = stack.request("GET", f"/jaeger/{path}" + (f"?{urlencode(params, doseq=True)}" if params else ""))
    assert answer.status == 200, answer.data
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


# Jaeger UI, api/jaeger.ts: the v1 API.


def test_the_ui_fills_its_form(filled):
    services = get(filled, "api/services")["data"]
    assert set(services) == {SHOP, PAY, STOCK, MAIL, "missing-service-name"}
    for service in services:
        assert get(filled, f"api/services/{quote(service, safe='')}/operations")["data"]
    assert get(filled, "api/operations", service=PAY, spanKind="server")["data"] == [
        {"name": "POST /pay", "spanKind": "server"}
    ]


def test_the_ui_up_to_2_13_searches(filled):
    query = {
        "end": END_MICROSECONDS, "limit": 20, "lookback": "1h", "maxDuration": "", "minDuration": "100ms",
        "service": SHOP, "start": START_MICROSECONDS, "operation": "POST /checkout",
        "tags": json.dumps({"http.status_code": "500"}),
    }  # fmt: skip
    (trace,) = get(filled, "api/traces", **query)["data"]
    assert trace["traceID"] == CHECKOUT
    check_v1(trace)


def test_the_ui_opens_and_compares_traces(filled):
    # The UI takes zeros from the front of an id.
    for trace_id, count in ((CHECKOUT, 9), (BATCH, 4), (SHORT.lstrip("0"), 1)):
        (trace,) = get(filled, f"api/traces/{trace_id}")["data"]
        assert len(trace["spans"]) == count
        check_v1(trace)
    several = get(filled, "api/traces", traceID=[CHECKOUT, BATCH])["data"]
    assert [trace["traceID"] for trace in several] == [CHECKOUT, BATCH]


def test_the_ui_opens_a_file(filled):
    answer = filled.request("POST", "/jaeger/api/transform", json.loads(FILES["a file with a trace"]))
    (trace,) = answer.json()["data"]
    assert len(trace["spans"]) == 9
    check_v1(trace)


def test_the_ui_shows_dependencies(filled):
    links = get(filled, "api/dependencies", endTs=(BASE + 600 * SECOND) // MS, lookback=WEEK_MILLISECONDS)["data"]
    assert {(link["parent"], link["child"]): link["callCount"] for link in links} == {
        (SHOP, PAY): 1,
        (SHOP, STOCK): 1,
        (SHOP, MAIL): 1,
    }


def test_the_ui_says_why_it_cannot(filled):
    answer = filled.request("GET", f"/jaeger/api/traces/{'f' * 32}")
    # What it shows is errors[].msg where errors[].code is the status.
    assert answer.status == 404
    assert answer.json()["errors"] == [{"code": 404, "msg": "trace not found"}]
    metrics = filled.request("GET", f"/jaeger/api/metrics/latencies?service={SHOP}&quantile=0.95&lookback=3600000")
    assert (metrics.status, metrics.json()["errors"][0]["msg"]) == (501, "metrics querying is currently disabled")


# Jaeger UI, api/v3/client.ts: the v3 API, checked as its schemas.ts does.


def test_the_newest_ui_fills_its_form(filled):
    assert SHOP in get(filled, "api/v3/services")["services"]
    for operation in get(filled, "api/v3/operations", service=STOCK)["operations"]:
        assert operation.keys() == {"name", "spanKind"}
        assert operation["spanKind"]


@pytest.mark.parametrize(
    "names",
    [
        # As it calls them now, and as it called them before.
        ("serviceName", "operationName", "startTimeMin", "startTimeMax", "searchDepth", "durationMin"),
        ("service_name", "span_name", "start_time_min", "start_time_max", "num_traces", "duration_min"),
    ],
)
def test_the_newest_ui_searches(filled, names):
    values = (SHOP, "POST /checkout", clock(0), clock(600), "20", "100ms")
    query = {f"query.{name}": value for name, value in zip(names, values, strict=True)}
    query["query.attributes"] = json.dumps({"http.status_code": "500"})
    (summary,) = get(filled, "api/v3/trace-summaries", **query)["summaries"]
    assert HEX_TRACE.fullmatch(summary["traceId"])
    assert DECIMAL.fullmatch(summary["minStartTimeUnixNano"])
    assert DECIMAL.fullmatch(summary["maxEndTimeUnixNano"])
    assert (summary["rootServiceName"], summary["rootOperationName"]) == (SHOP, "POST /checkout")
    assert (summary["spanCount"], summary["errorSpanCount"], summary.get("orphanSpanCount", 0)) == (9, 1, 0)
    assert [service["name"] for service in summary["services"]] == sorted([SHOP, PAY, STOCK, MAIL])


def test_the_newest_ui_reads_traces_in_otlp(filled):
    for trace_id in (CHECKOUT, BATCH):
        check_v3(get(filled, f"api/v3/traces/{trace_id}")["result"])


# Grafana, pkg/tsdb/jaeger: client.go, and grpc_client.go, which speaks HTTP too.


def test_grafana_asks_by_the_v1_api(filled):
    assert STOCK in get(filled, "api/services")["data"]
    # Its JoinPath leaves the slash in the name of a service as it is.
    assert get(filled, f"api/services/{STOCK}/operations")["data"] == ["GET /stock", "read shelf"]
    query = {
        "limit": 20,
        "start": START_MICROSECONDS,
        "end": END_MICROSECONDS,
        "service": PAY,
        "tags": '{"amount":"12.5"}',
    }
    (found,) = get(filled, "api/traces", **query)["data"]
    check_v1(found)
    trace = get(filled, f"api/traces/{CHECKOUT}", start=START_MICROSECONDS, end=END_MICROSECONDS)["data"][0]
    check_v1(trace)
    links = get(filled, "api/dependencies", endTs=(BASE + 600 * SECOND) // MS, lookback=3_600_000)["data"]
    assert all(isinstance(link["callCount"], int) for link in links)
    assert len(links) == 3


def test_grafana_asks_by_the_v3_api(filled):
    assert MAIL in get(filled, "api/v3/services")["services"]
    assert get(filled, "api/v3/operations", service=MAIL)["operations"]
    # It does not encode the times, nor the zone in them.
    period = f"start_time={clock(0.5, '+00:00')}&end_time={clock(600)}"
    check_v3(get(filled, f"api/v3/traces/{CHECKOUT}?{period}")["result"])
    period = f"query.start_time_min={clock(0, '+00:00')}&query.start_time_max={clock(600)}"
    found = get(filled, f"api/v3/traces?query.service_name={MAIL}&{period}")
    check_v3(found["result"])


def check_v1(trace: dict[str, Any]) -> None:
    """Check what the UI's transformTraceData and Grafana's structs read."""
    ids = {span["spanID"] for span in trace["spans"]}
    assert len(ids) == len(trace["spans"])
    for span in trace["spans"]:
        assert span["traceID"] == trace["traceID"]
        assert trace["processes"][span["processID"]]["serviceName"]
        assert isinstance(span["startTime"], int)
        assert isinstance(span["duration"], int)
        for reference in span["references"]:
            assert reference["refType"] in {"CHILD_OF", "FOLLOWS_FROM"}
            assert reference.keys() == {"refType", "traceID", "spanID"}
        for log in span["logs"]:
            assert isinstance(log["timestamp"], int)
        lists = (span["tags"], trace["processes"][span["processID"]]["tags"], *(log["fields"] for log in span["logs"]))
        for tag in (tag for tags in lists for tag in tags):
            assert tag.keys() == {"key", "type", "value"}
            assert isinstance(tag["value"], {"string": str, "bool": bool}[tag["type"]])


def check_v3(traces: dict[str, Any]) -> None:
    """Check what the UI's refinedTracesData asks for."""
    spans = [span for group in traces["resourceSpans"] for part in group["scopeSpans"] for span in part["spans"]]
    assert spans
    for span in spans:
        assert HEX_TRACE.fullmatch(span["traceId"])
        assert HEX_SPAN.fullmatch(span["spanId"])
        assert "parentSpanId" not in span or HEX_SPAN.fullmatch(span["parentSpanId"])
        assert DECIMAL.fullmatch(span["startTimeUnixNano"])
        assert DECIMAL.fullmatch(span["endTimeUnixNano"])
        assert span.get("kind", 0) in range(6)
        assert span["status"].get("code", 0) in range(3)
        for link in span.get("links", []):
            assert HEX_TRACE.fullmatch(link["traceId"])
            assert HEX_SPAN.fullmatch(link["spanId"])
        events = span.get("events", [])
        assert all(DECIMAL.fullmatch(event["timeUnixNano"]) for event in events)
        for holder in (span, *events, *span.get("links", [])):
            for attribute in holder.get("attributes", []):
                assert len(attribute["value"]) == 1
    for group in traces["resourceSpans"]:
        assert any(attribute["key"] == "service.name" for attribute in group["resource"]["attributes"])
