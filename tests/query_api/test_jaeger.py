"""What Jaeger's API has of ours beyond what the real one is compared with: log records, bounds, errors, keys."""

import time
import uuid

import pytest
from query_api_serving import serving
from query_api_telemetry import Loader, Log, SentSpan

from spanlog_collector.storage import QueryLimits, StoreUnavailableError, migrate
from spanlog_query_api import ApiConfig, create_app

MS = 1_000_000
HOSTILE = (
    "' OR 1=1 --",
    "'; DROP TABLE otel_traces; --",
    "\\'; SELECT 1; --",
    "{service:String}",
    "%s %d",
    ") UNION ALL SELECT * FROM system.tables --",
    "/* x */ -- x\n# x",
    "\\N",
    "\\",
    "\\0\\x00",
    "\t\r\n",
    "\x01\x1b[31m\x7f",
    "nan",
    "{",
    '{"a":1}',
    '{"a":{}}',
    "1e9x",
    "٣",
    "<script>alert(1)</script>",
    "😀 ﷽ \u202e\u200b",
    "\u2028\u2029",
)
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


def test_an_answer_has_as_many_spans_as_fit_and_says_so(client, loader, agent, monkeypatch):
    monkeypatch.setattr("spanlog_query_api.jaeger.reading.MAX_SPANS", 5)
    now = time.time_ns()
    traces = [uuid.uuid4().hex for _ in range(3)]
    for age, trace_id in enumerate(traces):
        start = now - (age + 1) * 1000 * MS
        loader.spans(agent, trace_id, [SentSpan("s", span_id, "", start, start + 1) for span_id in span_ids(3)])
    answer = client.get("/jaeger/api/traces", params={"service": agent}).json()
    assert [(trace["traceID"], len(trace["spans"])) for trace in answer["data"]] == [(traces[0], 3)]
    assert answer["errors"] == [{"msg": "2 more traces were found; there is no room here for all their spans"}]
    monkeypatch.setattr("spanlog_query_api.jaeger.reading.MAX_SPANS", 2)
    trace = read(client, traces[0])
    assert (len(trace["spans"]), trace["warnings"]) == (
        2,
        ["this trace has more spans than the 2 earliest, which are shown"],
    )


def test_an_answer_has_as_many_log_records_as_fit_and_says_so(client, loader, agent, trace_id, monkeypatch):
    monkeypatch.setattr("spanlog_query_api.jaeger.reading.MAX_LOGS", 2)
    now = time.time_ns()
    (span_id,) = span_ids(1)
    loader.spans(agent, trace_id, [SentSpan("s", span_id, "", now, now + 1)])
    loader.logs(agent, [Log(f"{number}", now + number, 9, trace_id, span_id) for number in range(3)])
    trace = read(client, trace_id)
    assert [fields(log)["message"] for log in trace["spans"][0]["logs"]] == ["0", "1"]
    assert trace["warnings"] == ["there are more log records than the 2 earliest, which are shown"]


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


V1_PATHS = (
    "services",
    "services/x/operations",
    "operations?service=x",
    "traces?service=x",
    f"traces/{'a' * 32}",
    "dependencies",
)
V3_PERIOD = "query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2026-01-02T00:00:00Z"
V3_PATHS = (
    "services",
    "operations?service=x",
    f"traces?{V3_PERIOD}",
    f"traces/{'a' * 32}",
    f"trace-summaries?{V3_PERIOD}",
    "dependencies?startTime=2026-01-01T00:00:00Z&endTime=2026-01-02T00:00:00Z",
)


def messages(client, status):
    for path in V1_PATHS:
        answer = client.get(f"/jaeger/api/{path}")
        (error,) = answer.json()["errors"]
        assert (answer.status_code, answer.json()) == (status, {**NOT_THERE, "errors": [error]})
        assert error["code"] == status
        yield answer, error["msg"]
    for path in V3_PATHS:
        answer = client.get(f"/jaeger/api/v3/{path}")
        assert answer.status_code == status
        assert answer.json() == {"error": {"httpCode": status, "message": answer.json()["error"]["message"]}}
        yield answer, answer.json()["error"]["message"]


def test_a_question_stopped_at_a_bound_is_400_and_says_how_to_narrow_it(client, monkeypatch, store):
    query = type(store).query

    def too_large(*_args, **_kwargs):
        return query(store, "SELECT number FROM numbers(1000)", {}, QueryLimits(max_result_rows=10))

    monkeypatch.setattr(type(store), "query", too_large)
    assert all("shorter period" in message for _, message in messages(client, 400))


def test_a_store_that_cannot_answer_is_503_with_retry_after(client, monkeypatch, store):
    def unavailable(*_args, **_kwargs):
        raise StoreUnavailableError("cannot reach clickhouse://user@db.internal")

    monkeypatch.setattr(type(store), "query", unavailable)
    for answer, message in messages(client, 503):
        assert int(answer.headers["retry-after"]) >= 1
        assert "db.internal" not in message


def test_every_route_asks_for_the_key(store):
    with serving(create_app(ApiConfig(api_key="correct-horse"), store, no_ingest)) as guarded:
        for path in (*V1_PATHS, *(f"v3/{path}" for path in V3_PATHS)):
            assert guarded.get(f"/jaeger/api/{path}").status_code == 401
            allowed = guarded.get(f"/jaeger/api/{path}", headers={"Authorization": "Bearer correct-horse"})
            assert allowed.status_code in {200, 404}
        assert guarded.post(f"/jaeger/api/archive/{'a' * 32}").status_code == 401


TEXTS = {
    "traces": ("service", "operation"),
    "operations": ("service", "spanKind"),
    "dependencies": ("service",),
    "v3/operations": ("service", "spanKind"),
    f"v3/trace-summaries?{V3_PERIOD}": ("query.serviceName", "query.operationName"),
}
FORMS = {
    "traces": ("start", "end", "limit", "minDuration", "maxDuration", "tag", "tags", "traceID", "raw"),
    f"traces/{'a' * 32}": ("start", "end", "raw"),
    "dependencies": ("endTs", "lookback"),
    "v3/traces": (
        "query.startTimeMin", "query.startTimeMax", "query.attributes", "query.searchDepth", "query.durationMin",
        "query.durationMax", "query.rawTraces",
    ),
    f"v3/traces/{'a' * 32}": ("startTime", "endTime", "rawTraces"),
    "v3/dependencies": ("startTime", "endTime"),
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_finds_nothing_and_breaks_nothing(client, text):
    for path, names in TEXTS.items():
        url, _, query = path.partition("?")
        for name in names:
            params = {"service": "jaeger-none"} | dict(pair.split("=") for pair in query.split("&") if pair)
            answer = client.get(f"/jaeger/api/{url}", params=params | {name: text})
            assert answer.status_code in {200, 404}, (path, name, answer.text)
    for path, names in FORMS.items():
        for name in names:
            answer = client.get(f"/jaeger/api/{path}", params={"service": "x", name: text})
            # A text with a colon is a tag.
            expected = {200, 400} if name == "tag" else {400}
            assert answer.status_code in expected, (path, name, answer.text)
    found = client.get("/jaeger/api/traces", params={"service": "x", "tag": f"a:{text}"})
    assert (found.status_code, found.json()["data"]) == (200, [])


def test_there_are_bounds_to_what_one_question_may_name(client):
    ids = [("traceID", uuid.uuid4().hex) for _ in range(101)]
    assert client.get("/jaeger/api/traces", params=ids).status_code == 400
    tags = [("tag", f"k{number}:v") for number in range(51)]
    assert client.get("/jaeger/api/traces", params=[("service", "x"), *tags]).status_code == 400
    deep = "[" * 15_000
    assert client.get("/jaeger/api/traces", params={"service": "x", "tags": deep}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "metrics/latencies?service=x&quantile=0.95", 501),
        ("GET", "metrics/other", 404),
        ("POST", f"archive/{'a' * 32}", 501),
        ("POST", "archive/x", 400),
        ("POST", "transform", 501),
    ],
)
def test_what_is_not_here_is_refused_in_jaegers_words(client, method, path, status):
    answer = client.request(method, f"/jaeger/api/{path}")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == status
