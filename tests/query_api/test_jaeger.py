"""What Jaeger's API has beyond what the real one is compared with: log records, summaries, what is odd."""

import time
import uuid

from query_api_serving import serving
from query_api_telemetry import Loader, Log, SentSpan

from spanlog_collector.storage import migrate
from spanlog_query_api import ApiConfig, create_app

MS = 1_000_000
NOT_THERE = {"data": None, "total": 0, "limit": 0, "offset": 0}


async def no_ingest(_request):
    raise AssertionError("nothing may come this far")


def span_ids(count):
    return [uuid.uuid4().hex[:16] for _ in range(count)]


def read(client, trace_id, **params):
    answer = client.get(f"/jaeger/api/traces/{trace_id}", params=params)
    assert answer.status_code == 200, answer.text
    (trace,) = answer.json()["data"]
    return trace


def fields(log):
    return {field["key"]: field["value"] for field in log["fields"]}


def test_log_records_are_logs_of_their_span_by_time(client, loader, agent, trace_id):
    start = time.time_ns() - 1000 * MS
    root, child = span_ids(2)
    events = [(start + 30 * MS, "retry")]
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("root", root, "", start, start + 90 * MS, events=events),
            SentSpan("child", child, root, start, start + 80 * MS),
        ],
    )
    loader.logs(
        f"{agent}-2",
        [
            Log("late", start + 40 * MS, 17, trace_id, root, {"order": 7, "message": "its own"}),
            Log("early", start + 20 * MS, 9, trace_id, root),
            Log("of a span that is not stored", start, 9, trace_id, span_ids(1)[0]),
            Log("of no span", start, 9, trace_id),
        ],
        scope="bot.db",
    )
    found = {span["spanID"]: span["logs"] for span in read(client, trace_id)["spans"]}
    assert found[child] == []
    early, retry, late = found[root]
    assert [log["timestamp"] for log in found[root]] == [(start + at * MS) // 1000 for at in (20, 30, 40)]
    assert retry["fields"] == [{"key": "event", "type": "string", "value": "retry"}]
    assert early["fields"][0] == {"key": "event", "type": "string", "value": "log"}
    assert fields(early) | {"log.record.uid": ""} == {
        "event": "log", "level": "info", "message": "early", "logger": "bot.db", "log.record.uid": "",
    }  # fmt: skip
    assert client.get(f"/logs/{fields(early)['log.record.uid']}").json()["message"] == "early"
    # Nothing of what was sent is hidden by a field of the same name.
    assert [field["value"] for field in late["fields"] if field["key"] == "message"] == ["its own", "late"]
    assert (fields(late)["level"], fields(late)["order"]) == ("error", "7")

    (group,) = client.get(f"/jaeger/api/v3/traces/{trace_id}").json()["result"]["resourceSpans"]
    events = {span["name"]: span.get("events", []) for span in group["scopeSpans"][0]["spans"]}["root"]
    assert [event["name"] for event in events] == ["log", "retry", "log"]
    assert {"key": "message", "value": {"stringValue": "early"}} in events[0]["attributes"]


def test_log_records_alone_are_no_trace(client, loader, agent, trace_id):
    loader.logs(agent, [Log("alone", trace_id=trace_id, span_id=span_ids(1)[0])])
    answer = client.get(f"/jaeger/api/traces/{trace_id}")
    assert (answer.status_code, answer.json()) == (
        404,
        {**NOT_THERE, "errors": [{"code": 404, "msg": "trace not found"}]},
    )


def test_a_trace_is_found_by_a_uuid_too(client, loader, agent):
    trace_id = uuid.uuid4()
    loader.spans(agent, trace_id.hex, [SentSpan("one", span_ids(1)[0], "", time.time_ns())])
    assert read(client, str(trace_id)) == read(client, trace_id.hex)


def test_searches_leave_log_records_out_and_find_the_newest_first(client, loader, agent):
    now = time.time_ns()
    traces = [uuid.uuid4().hex for _ in range(3)]
    for age, trace_id in enumerate(traces):
        (span_id,) = span_ids(1)
        start = now - (age + 1) * 1000 * MS
        loader.spans(agent, trace_id, [SentSpan("work", span_id, "", start, start + MS)])
        loader.logs(agent, [Log("inside", start, 9, trace_id, span_id)])
    answer = client.get("/jaeger/api/traces", params={"service": agent, "limit": 2}).json()
    assert [trace["traceID"] for trace in answer["data"]] == traces[:2]
    assert all(span["logs"] == [] for trace in answer["data"] for span in trace["spans"])
    assert answer["errors"] is None


def test_summaries_count_what_their_trace_has(client, loader, agent, trace_id):
    start = time.time_ns() - 1000 * MS
    root, second, child = span_ids(3)
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("second root", second, "", start + 5, start + 10 * MS),
            SentSpan("root", root, "", start, start + 90 * MS, is_error=True),
        ],
    )
    loader.spans(f"{agent}-2", trace_id, [SentSpan("child", child, span_ids(1)[0], start + 1, start + 95 * MS)])
    period = {"query.startTimeMin": "2026-01-01T00:00:00Z", "query.startTimeMax": "2100-01-01T00:00:00Z"}
    for name in ("query.serviceName", "query.service_name"):
        answer = client.get("/jaeger/api/v3/trace-summaries", params={name: agent, **period})
        assert answer.json() == {
            "summaries": [
                {
                    "traceId": trace_id,
                    "rootServiceName": agent,
                    "rootOperationName": "root",
                    "minStartTimeUnixNano": str(start),
                    "maxEndTimeUnixNano": str(start + 95 * MS),
                    "spanCount": 3,
                    "errorSpanCount": 1,
                    "orphanSpanCount": 1,
                    "services": [
                        {"name": agent, "spanCount": 2, "errorSpanCount": 1},
                        {"name": f"{agent}-2", "spanCount": 1},
                    ],
                }
            ]
        }
    assert client.get("/jaeger/api/v3/trace-summaries", params={"query.serviceName": "none", **period}).json() == {
        "summaries": []
    }


def test_dependencies_count_each_child_once_and_only_children_whose_parent_is_there(client, loader, agent, trace_id):
    start = time.time_ns() - 1000 * MS
    parent, first, second, orphan, own = span_ids(5)
    loader.spans(agent, trace_id, [SentSpan("a", parent, "", start), SentSpan("own", own, parent, start)])
    # A parent that is stored twice calls no more often.
    loader.spans(agent, trace_id, [SentSpan("a", parent, "", start)])
    loader.spans(
        f"{agent}-2",
        trace_id,
        [
            SentSpan("b", first, parent, start),
            SentSpan("b", second, parent, start),
            SentSpan("c", orphan, span_ids(1)[0], start),
        ],
    )
    now = time.time_ns() // MS
    answer = client.get("/jaeger/api/dependencies", params={"endTs": now, "lookback": 60_000, "service": agent})
    assert answer.json()["data"] == [{"parent": agent, "child": f"{agent}-2", "callCount": 2}]
    v3 = client.get(
        "/jaeger/api/v3/dependencies", params={"startTime": "2026-01-01T00:00:00Z", "endTime": "2100-01-01T00:00:00Z"}
    )
    assert {"parent": agent, "child": f"{agent}-2", "callCount": "2"} in v3.json()["dependencies"]


def test_ten_thousand_spans_in_one_chain_are_answered_whole(client, loader, agent, trace_id):
    start = time.time_ns() - 3600 * 1000 * MS
    chain = [
        SentSpan(f"s{index}", f"{index:016x}", f"{index - 1:016x}" if index > 1 else "", start + index, start + index)
        for index in range(1, 10_001)
    ]
    loader.spans(agent, trace_id, chain)
    trace = read(client, trace_id)
    assert (len(trace["spans"]), trace["warnings"]) == (10_000, None)
    parents = {span["spanID"]: [ref["spanID"] for ref in span["references"]] for span in trace["spans"]}
    assert parents[f"{10_000:016x}"] == [f"{9_999:016x}"]


def test_circles_and_a_span_of_centuries_are_answered(client, loader, store, agent, trace_id):
    first, second, third = span_ids(3)
    now = time.time_ns()
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("a", first, second, now, now + 1),
            SentSpan("b", second, first, now + 1, now + 2),
            SentSpan("itself", third, third, now, now + 1),
        ],
    )
    store.execute(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, ServiceName, SpanKind, StatusCode, Duration) "
        f"VALUES (now64(9), '{trace_id}', 'no hex', 'endless', '{agent}', 'SPAN_KIND_SERVER', 'odd', {2**64 - 1})"
    )
    assert {span["operationName"] for span in read(client, trace_id)["spans"]} == {"a", "b", "itself", "endless"}
    groups = client.get(f"/jaeger/api/v3/traces/{trace_id}").json()["result"]["resourceSpans"]
    spans = [span for group in groups for part in group["scopeSpans"] for span in part["spans"]]
    (endless,) = [span for span in spans if span["name"] == "endless"]
    assert (endless["endTimeUnixNano"], endless["status"], "kind" in endless) == (str(2**63 - 1), {}, False)
    period = {"query.startTimeMin": "2026-01-01T00:00:00Z", "query.startTimeMax": "2100-01-01T00:00:00Z"}
    answer = client.get("/jaeger/api/v3/trace-summaries", params={"query.serviceName": agent, **period})
    assert answer.json()["summaries"][0]["maxEndTimeUnixNano"] == str(2**63 - 1)


def test_what_is_odd_in_a_trace_is_said_unless_it_is_asked_for_raw(client, loader, agent, trace_id):
    start = time.time_ns() - 1000 * MS
    span_id, child = span_ids(2)
    missing = span_ids(1)[0]
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("one id", span_id, missing, start, start + MS),
            SentSpan("the same id", span_id, "", start + 1, start + MS),
            SentSpan("before", child, span_id, start - 10, start + 10, attributes={"telemetry.sdk.name": "x"}),
        ],
    )
    spans = {span["operationName"]: span for span in read(client, trace_id)["spans"]}
    assert {name: span["warnings"] for name, span in spans.items()} == {
        "one id": [f"parent span ID={missing} is not in the trace; skipping clock skew adjustment"],
        "the same id": ["duplicate span IDs; skipping clock skew adjustment"],
        "before": ["clock skew adjustment disabled; not applying calculated delta of 500µs"],
    }
    assert spans["before"]["tags"] == []
    raw = {span["operationName"]: span for span in read(client, trace_id, raw="true")["spans"]}
    assert {span["warnings"] for span in raw.values()} == {None}
    assert [tag["key"] for tag in raw["before"]["tags"]] == ["telemetry.sdk.name"]


def test_a_trace_is_found_whose_times_are_gone(empty_store, tmp_path, trace_id):
    migrate(empty_store)
    empty_store.execute("DROP TABLE otel_traces_trace_id_ts_mv")
    start = time.time_ns() - 1000 * MS
    Loader(empty_store, tmp_path).spans("x", trace_id, [SentSpan("s", span_ids(1)[0], "", start, start + MS)])
    with serving(create_app(ApiConfig(), empty_store, no_ingest)) as client:
        assert len(read(client, trace_id)["spans"]) == 1
        (trace,) = client.get("/jaeger/api/traces", params={"service": "x"}).json()["data"]
        assert trace["traceID"] == trace_id
