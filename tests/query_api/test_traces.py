"""Traces over the real store: the list, and one as a tree."""

import json
import time
import uuid

import pytest
from query_api_telemetry import Log, SentSpan

from spanlog_query_api.models.traces import Trace, TraceList
from spanlog_query_api.times import format_time

MS = 1_000_000
HOUR = 3600 * 1000 * MS


def ids(count):
    return [uuid.uuid4().hex[:16] for _ in range(count)]


def read(client, trace_id):
    response = client.get(f"/traces/{trace_id}")
    assert response.status_code == 200, response.text
    Trace.model_validate(response.json(), extra="forbid")
    return response.json()


def names(nodes):
    return [(node["kind"], node["name"] or node["message"], names(node["children"])) for node in nodes]


def test_spans_and_logs_are_one_tree_field_by_field(client, loader, agent, trace_id):
    start = time.time_ns() - 1000 * MS
    root, child = ids(2)
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("GET /price", root, "", start, start + 100 * MS),
            SentSpan(
                "query",
                child,
                root,
                start + 10 * MS,
                start + 30 * MS,
                True,
                [(start + 20 * MS, "retry")],
                {"db.system": "x", "rows": 3},
                [("ab" * 16, "cd" * 8)],
            ),
        ],
    )
    loader.logs(f"{agent}-2", [Log("slow", start + 15 * MS, 17, trace_id, child, {"k": 1})], scope="bot.db")
    found = read(client, trace_id)
    roots = found.pop("roots")
    assert found == {
        "trace_id": trace_id,
        "start": format_time(start),
        "end": format_time(start + 100 * MS),
        "duration_ms": 100.0,
        "span_count": 2,
        "log_count": 1,
        "error_count": 2,
        "agents": sorted([agent, f"{agent}-2"]),
        "truncated": False,
    }
    node = {
        "duration_ms": None,
        "status": None,
        "level": None,
        "message": None,
        "attributes": {},
        "events": [],
        "links": [],
        "is_orphan": False,
        "is_flattened": False,
        "children": [],
    }
    log_node = roots[0]["children"][0]["children"][0]
    assert uuid.UUID(log_node.pop("id"))
    assert roots == [
        {
            **node,
            "kind": "span",
            "id": root,
            "name": "GET /price",
            "agent_id": agent,
            "start": format_time(start),
            "duration_ms": 100.0,
            "status": "Unset",
            "children": [
                {
                    **node,
                    "kind": "span",
                    "id": child,
                    "name": "query",
                    "agent_id": agent,
                    "start": format_time(start + 10 * MS),
                    "duration_ms": 20.0,
                    "status": "Error",
                    "attributes": {"db.system": "x", "rows": "3"},
                    "events": [{"time": format_time(start + 20 * MS), "name": "retry", "attributes": {}}],
                    "links": [{"trace_id": "ab" * 16, "span_id": "cd" * 8, "attributes": {"why": "batch"}}],
                    "children": [
                        {
                            **node,
                            "kind": "log",
                            "name": "bot.db",
                            "agent_id": f"{agent}-2",
                            "start": format_time(start + 15 * MS),
                            "level": "error",
                            "message": "slow",
                            "attributes": {"k": "1"},
                        }
                    ],
                }
            ],
        }
    ]


def test_a_trace_is_found_by_either_spelling_of_its_id(client, post, agent):
    trace = uuid.uuid4()
    post(agent_id=agent, trace_id=str(trace))
    assert read(client, str(trace)) == read(client, trace.hex) == read(client, trace.hex.upper())


def test_posted_entries_hang_under_the_entries_they_name(client, post, agent):
    trace = str(uuid.uuid4())
    first = post(agent_id=agent, trace_id=trace, message="first")
    second = post(agent_id=agent, trace_id=trace, message="second", parent_id=first["id"].upper())
    post(agent_id=agent, trace_id=trace, message="third", parent_id=second["id"])
    found = read(client, trace)
    assert names(found["roots"]) == [("log", "first", [("log", "second", [("log", "third", [])])])]
    assert (found["span_count"], found["log_count"]) == (0, 3)


def test_a_log_hangs_under_one_that_has_an_id_of_its_senders_own_kind(client, loader, agent, trace_id):
    now = time.time_ns()
    loader.logs(
        agent,
        [
            Log("parent", now, trace_id=trace_id, attributes={"log.record.uid": f"{agent}/17"}),
            Log("child", now + 1, trace_id=trace_id, attributes={"spanlog.parent_id": f"{agent}/17"}),
        ],
    )
    assert names(read(client, trace_id)["roots"]) == [("log", "parent", [("log", "child", [])])]


def test_operations_of_programs_without_tracing_are_a_tree(client, loader, agent, trace_id):
    now = time.time_ns()
    outer, inner = ids(2)

    def record(text, at, span_id, parent, **operation):
        attributes = {f"spanlog.operation.{key}": value for key, value in operation.items()}
        if parent:
            attributes["spanlog.parent_id"] = parent
        return Log(text, now + at * MS, 9, trace_id, span_id, attributes)

    loader.logs(
        agent,
        [
            record("plan started", 0, outer, "", name="plan", event="start"),
            record("fetch started", 1, inner, outer, name="fetch", event="start"),
            record("asking", 2, inner, outer),
            record("fetch ended", 5, inner, outer, name="fetch", event="end", duration_ms=4.0, outcome="error"),
            record("plan ended", 9, outer, "", name="plan", event="end", duration_ms=9.0, outcome="ok"),
        ],
    )
    (root,) = read(client, trace_id)["roots"]
    assert names([root]) == [
        (
            "operation",
            "plan",
            [
                ("log", "plan started", []),
                ("operation", "fetch", [("log", text, []) for text in ("fetch started", "asking", "fetch ended")]),
                ("log", "plan ended", []),
            ],
        )
    ]
    assert (root["duration_ms"], root["status"], root["children"][1]["status"]) == (9.0, "Ok", "Error")
    (item,) = client.get("/traces", params={"agent_id": agent}).json()["items"]
    assert item["root_name"] == "plan"


def test_ten_thousand_spans_in_one_chain_are_answered_whole(client, loader, agent, trace_id):
    start = time.time_ns() - HOUR
    chain = [
        SentSpan(f"s{index}", f"{index:016x}", f"{index - 1:016x}" if index > 1 else "", start + index, start + index)
        for index in range(1, 10_001)
    ]
    loader.spans(agent, trace_id, chain)
    response = client.get(f"/traces/{trace_id}")
    found = json.loads(response.content)
    seen, waiting = 0, list(found["roots"])
    while waiting:
        node = waiting.pop()
        seen += 1
        waiting.extend(node["children"])
    assert (seen, found["span_count"], found["truncated"]) == (10_000, 10_000, False)
    loader.logs(agent, [Log("one more", start + 20_000, trace_id=trace_id)])
    found = client.get(f"/traces/{trace_id}").json()
    assert (found["truncated"], found["span_count"], found["log_count"]) == (True, 10_000, 1)


def test_circles_and_repeated_span_ids_are_answered(client, loader, agent, trace_id):
    first, second = ids(2)
    now = time.time_ns()
    spans = [
        SentSpan("a", first, second, now, now + 1),
        SentSpan("b", second, first, now + 1, now + 2),
        SentSpan("a again", first, first, now + 2, now + 3),
    ]
    loader.spans(agent, trace_id, spans)
    assert names(read(client, trace_id)["roots"]) == [("span", "a", [("span", "b", []), ("span", "a again", [])])]


def test_a_span_of_centuries_by_another_writer_is_answered(client, store, agent, trace_id):
    store.execute(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, ServiceName, Duration) "
        f"VALUES (now64(9), '{trace_id}', '{ids(1)[0]}', 'endless', '{agent}', {2**64 - 1})"
    )
    assert read(client, trace_id)["end"].startswith("2262-04-11")
    assert client.get("/traces", params={"agent_id": agent}).json()["items"][0]["root_name"] == "endless"


@pytest.mark.parametrize("trace_id", ["5b1f0a3c9d2e4b67a8c1d0e2f3a4b5c6", "5b1f0a3c-9d2e-4b67-a8c1-d0e2f3a4b5c6"])
def test_an_unknown_trace_is_404(client, trace_id):
    assert client.get(f"/traces/{trace_id}").status_code == 404


@pytest.mark.parametrize("trace_id", ["x", "1" * 31, "1" * 33, "0" * 32, "' OR 1=1 --", "%00"])
def test_what_is_no_trace_id_is_422(client, trace_id):
    answer = client.get(f"/traces/{trace_id}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "trace_id"


def items(client, **parameters):
    response = client.get("/traces", params=parameters)
    assert response.status_code == 200, response.text
    TraceList.model_validate(response.json(), extra="forbid")
    return response.json()["items"]


def test_the_list_has_traces_of_spans_and_of_logs_alone(client, loader, agent):
    now = time.time_ns()
    with_spans, only_logs = uuid.uuid4().hex, uuid.uuid4().hex
    root, child = ids(2)
    loader.spans(
        agent,
        with_spans,
        [
            SentSpan("child", child, root, now - 900 * MS, now - 850 * MS, is_error=True),
            SentSpan("root", root, "", now - 899 * MS, now - 700 * MS),
        ],
    )
    loader.logs(
        agent,
        [
            Log("inside", now - 860 * MS, 17, with_spans, child),
            Log("first\nline", now - 500 * MS, 9, only_logs),
            Log("second", now - 400 * MS, 9, only_logs),
            Log("of no trace", now),
        ],
    )
    by_logs = {
        "trace_id": only_logs,
        "root_name": "first",
        "agents": [agent],
        "start": format_time(now - 500 * MS),
        "duration_ms": 100.0,
        "span_count": 0,
        "log_count": 2,
        "error_count": 0,
    }
    by_spans = {
        "trace_id": with_spans,
        "root_name": "root",
        "agents": [agent],
        "start": format_time(now - 900 * MS),
        "duration_ms": 200.0,
        "span_count": 2,
        "log_count": 1,
        "error_count": 2,
    }
    assert items(client, agent_id=agent) == [by_logs, by_spans]
    assert items(client, agent_id=agent, order="start") == [by_logs, by_spans]
    assert items(client, agent_id=agent, order="duration") == [by_spans, by_logs]
    assert items(client, agent_id=agent, order="duration", limit=1) == [by_spans]


def test_a_trace_belongs_to_the_period_in_which_it_starts(client, loader, agent, trace_id):
    base = time.time_ns() - 50 * HOUR
    root, child = ids(2)
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("root", root, "", base, base + 2 * HOUR),
            SentSpan("child", child, root, base + HOUR, base + 2 * HOUR),
        ],
    )

    def found(since, until):
        return [
            (item["span_count"], item["duration_ms"])
            for item in items(client, agent_id=agent, since=format_time(since), until=format_time(until))
        ]

    whole = [(2, 2 * 3600 * 1000.0)]
    assert found(base, base + 1) == whole
    assert found(base - 10, base) == []
    assert found(base + 1, base + 3 * HOUR) == []
    assert found(base - HOUR, base + HOUR) == whole


def test_the_agent_filter_keeps_whole_traces_in_which_it_took_part(client, loader, agent, trace_id):
    now = time.time_ns() - HOUR
    loader.logs(agent, [Log("a", now, trace_id=trace_id)])
    loader.logs(f"{agent}-2", [Log("b", now + MS, trace_id=trace_id)])
    for name in (agent, f"{agent}-2"):
        (item,) = items(client, agent_id=name)
        assert (item["log_count"], item["agents"]) == (2, [agent, f"{agent}-2"])


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"order": "name"}, "order"),
        ({"order": "duration; DROP TABLE otel_logs"}, "order"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"since": "2026-11-21", "until": "2026-11-20"}, "since"),
        ({"until": "9999-01-01"}, "until"),
    ],
)
def test_a_mistake_in_the_query_is_422_and_names_its_parameter(client, parameters, field):
    answer = client.get("/traces", params=parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_a_trace_is_counted_from_its_rows_as_the_engine_counts_it(client, store, loader, agent, trace_id):
    from spanlog_query_api.queries import named_query

    start = time.time_ns() - 1000 * MS
    one, two = ids(2)
    loader.spans(
        agent,
        trace_id,
        [SentSpan("a", one, "", start, start + 5 * MS), SentSpan("b", two, one, start + MS, start + 9 * MS)],
    )
    loader.logs(
        f"{agent}-other",
        [Log("late", start + 20 * MS, 17, trace_id=trace_id), Log("early", start - MS, 21, trace_id=trace_id)],
    )
    (engine,) = store.query(named_query("trace_totals").sql, {"trace_id": trace_id})
    found = read(client, trace_id)
    names_of = ("span_count", "log_count", "error_count", "agents")
    assert {name: found[name] for name in names_of} == {name: engine[name] for name in names_of}
    assert (found["start"], found["end"]) == (
        format_time(engine["start_unix_nano"]),
        format_time(engine["end_unix_nano"]),
    )
    assert (found["log_count"], found["error_count"], found["span_count"]) == (2, 2, 2)


def test_a_trace_that_is_too_large_to_be_shown_is_counted_whole(client, loader, agent, trace_id, monkeypatch):
    monkeypatch.setattr("spanlog_query_api.traces.listing.MAX_NODES", 3)
    start = time.time_ns() - 1000 * MS
    loader.logs(agent, [Log(f"step {number}", start + number * MS, 9, trace_id=trace_id) for number in range(9)])
    found = read(client, trace_id)
    assert (found["log_count"], found["duration_ms"]) == (9, 8.0)
