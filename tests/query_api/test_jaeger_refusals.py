"""How Jaeger's API refuses, where its answers end, and who may ask."""

import time
import uuid

import pytest
from query_api_serving import serving
from query_api_telemetry import Log, SentSpan

from spanlog_collector.storage import QueryLimits, StoreUnavailableError
from spanlog_query_api import ApiConfig, create_app

MS = 1_000_000
HOSTILE = (
    "' OR 1=1 --",
    "'; DROP TABLE otel_traces; --",
    "\\'; SELECT 1; --",
    "{service:String}",
    ") UNION ALL SELECT * FROM system.tables --",
    "\\",
    "\\0\\x00",
    "\x01\x1b[31m\x7f",
    "{",
    '{"a":1}',
    '{"a":{}}',
    "1e9x",
    "٣",
    "😀 ﷽ \u202e\u200b",
)
NOT_THERE = {"data": None, "total": 0, "limit": 0, "offset": 0}


def span_ids(count):
    return [uuid.uuid4().hex[:16] for _ in range(count)]


def read(client, trace_id):
    answer = client.get(f"/jaeger/api/traces/{trace_id}")
    assert answer.status_code == 200, answer.text
    (trace,) = answer.json()["data"]
    return trace


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
    assert [
        field["value"] for log in trace["spans"][0]["logs"] for field in log["fields"] if field["key"] == "message"
    ] == ["0", "1"]
    assert trace["warnings"] == ["there are more log records than the 2 earliest, which are shown"]


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
    async def ingest(_request):
        raise AssertionError("nothing may come this far")

    with serving(create_app(ApiConfig(api_key="correct-horse"), store, ingest)) as guarded:
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
    ],
)
def test_what_is_not_here_is_refused_in_jaegers_words(client, method, path, status):
    answer = client.request(method, f"/jaeger/api/{path}")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == status


@pytest.mark.parametrize(
    "file",
    [
        "", "{", "[]", "7", '{"resourceSpans":7}', '{"resourceSpans":[7]}',
        '{"resourceSpans":[{"resource":7}]}', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":7}]}]}]}',
        '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}',
        '{"resourceSpans":[{"scopeSpans":[{"spans":[{"endTimeUnixNano":1.5}]}]}]}',
        '{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":' + '{"arrayValue":{"values":[' * 100 + "{}"
        + "]}}" * 100 + "}]}}]}",
        "[" * 100_000,
    ],
)  # fmt: skip
def test_a_file_that_is_not_otlp_is_400(client, file):
    answer = client.post("/jaeger/api/transform", content=file)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, 400)


def test_routes_are_measured_under_their_templates(client):
    client.get(f"/jaeger/api/traces/{'a' * 32}")
    client.get(f"/jaeger/api/v3/traces/{'a' * 32}")
    text = client.get("/metrics").text
    assert 'route="/jaeger/api/traces/{trace_id}",status="404"' in text
    assert 'route="/jaeger/api/v3/traces/{trace_id}",status="404"' in text
