"""Which traces: each filter of ``GET /traces``, and its pages."""

import time
import uuid
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry
from query_api_telemetry import Log, SentSpan

from spanlog_query_api.durations import parse_duration
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.models.traces import TraceList
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import TraceQuestion
from spanlog_query_api.times import format_time
from spanlog_query_api.traces import listing

MS = 1_000_000
HOUR = 3600 * 1000 * MS


def ask(client, **parameters):
    response = client.get("/traces", params=parameters)
    assert response.status_code == 200, response.text
    TraceList.model_validate(response.json(), extra="forbid")
    return response.json()


def span_id():
    return uuid.uuid4().hex[:16]


@pytest.fixture(scope="module")
def desk(loader):
    """Four traces of one agent, and what they are called."""
    agent = f"desk-{uuid.uuid4().hex[:8]}"
    now = time.time_ns() - HOUR
    called = {}

    def spans(name, milliseconds, offset, **fields):
        trace, root = uuid.uuid4().hex, span_id()
        called[trace] = name
        start = now + offset * 1000 * MS
        child = SentSpan(f"query {name}", span_id(), root, start + 1, start + 2, **fields)
        loader.spans(agent, trace, [SentSpan("GET /price", root, "", start, start + milliseconds * MS), child])
        return trace, start

    spans("quick", 10, 0, attributes={"order_id": "42", "chain": "eth"})
    spans("slow", 2_000, 1, is_error=True, attributes={"order_id": "43", "chain": "eth"})
    logged = uuid.uuid4().hex
    called[logged] = "logged"
    loader.logs(
        agent,
        [
            Log("start", now + 2000 * MS, 9, logged, span_id(), {"spanlog.operation.name": "settle", "order_id": "42"}),
            Log("end", now + 2500 * MS, 9, logged),
        ],
    )
    trace, start = spans("mixed", 100, 3)
    loader.logs(f"{agent}-2", [Log("m", start + 5, 17, trace, attributes={"order_id": "42", "chain": "btc"})])
    return agent, called


EVERY = ["mixed", "logged", "slow", "quick"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, EVERY),
        ({"service": ""}, EVERY),
        ({"name": "GET /price"}, ["mixed", "slow", "quick"]),
        ({"name": "query slow"}, ["slow"]),
        ({"name": "query *"}, ["mixed", "slow", "quick"]),
        ({"name": "*e*"}, EVERY),
        ({"name": "settle"}, ["logged"]),
        ({"name": "query"}, []),
        ({"name": "query _low"}, []),
        ({"name": "%"}, []),
        ({"min_duration": "100ms"}, ["mixed", "logged", "slow"]),
        ({"min_duration": "100"}, ["mixed", "logged", "slow"]),
        ({"min_duration": "100.000001ms"}, ["logged", "slow"]),
        ({"max_duration": "0.1s"}, ["mixed", "quick"]),
        ({"min_duration": "0.01s", "max_duration": "10ms"}, ["quick"]),
        ({"error": True}, ["mixed", "slow"]),
        ({"error": False}, ["logged", "quick"]),
        ({"attr.order_id": "42"}, ["mixed", "logged", "quick"]),
        ({"attr.order_id": "42", "attr.chain": "eth"}, ["quick"]),
        # One span or record has all that is asked of one.
        ({"attr.order_id": "42", "name": "GET /price"}, []),
        ({"attr.order_id": "42", "name": "query quick"}, ["quick"]),
        ({"attr.order_id": "42", "error": True}, ["mixed"]),
        ({"attr.order_id": "' OR 1=1 --"}, []),
    ],
)
def test_filters(client, desk, parameters, expected):
    agent, called = desk
    found = ask(client, agent_id=agent, **parameters)["items"]
    assert [called[item["trace_id"]] for item in found] == expected


def test_a_service_is_that_of_any_span_or_record(client, desk):
    agent, called = desk
    found = ask(client, service=f"{agent}-2")["items"]
    assert [(called[item["trace_id"]], item["span_count"], item["log_count"]) for item in found] == [("mixed", 2, 1)]


@pytest.mark.parametrize("order", ["start", "duration"])
@pytest.mark.parametrize("limit", [1, 3, 4])
def test_pages_have_each_trace_once(client, desk, order, limit):
    agent, _ = desk
    whole = [item["trace_id"] for item in ask(client, agent_id=agent, order=order)["items"]]
    found, cursor = [], ""
    while cursor is not None:
        page = ask(client, agent_id=agent, order=order, limit=limit, cursor=cursor)
        found += [item["trace_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == whole


def test_traces_of_one_nanosecond_are_paged_while_others_arrive(client, loader, agent):
    now = time.time_ns() - HOUR
    traces = {uuid.uuid4().hex for _ in range(9)}
    loader.logs(agent, [Log("m", now, trace_id=trace) for trace in traces])
    found, cursor = [], ""
    while cursor is not None:
        page = ask(client, agent_id=agent, limit=2, cursor=cursor)
        found += [item["trace_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        loader.logs(agent, [Log("late", trace_id=uuid.uuid4().hex)])
    assert sorted(found) == sorted(traces)


def test_a_trace_that_began_before_the_newest_hours_is_listed_once_and_whole(client, loader, agent, trace_id):
    now = time.time_ns()
    loader.logs(agent, [Log("m", now - n * HOUR, trace_id=trace_id) for n in range(10)])
    (item,) = ask(client, agent_id=agent)["items"]
    assert (item["log_count"], item["start"]) == (10, format_time(now - 9 * HOUR))
    assert ask(client, agent_id=agent, limit=1)["next_cursor"] is None


@pytest.mark.parametrize("order", ["start", "duration"])
@pytest.mark.parametrize("filters", [{}, {"service": ""}, {"error": True}, {"min_duration": "2h"}])
def test_a_long_period_has_the_same_traces_as_its_days(client, loader, agent, order, filters):
    """Over a day all traces are looked at, and not only those that a first look found in the period."""
    now = time.time_ns()
    for day in range(6):
        trace = uuid.uuid4().hex
        logs = [Log("m", now - day * 24 * HOUR - (n + 1) * HOUR * (1 + day % 3), 17, trace) for n in range(3)]
        loader.logs(agent, logs)
        loader.logs(agent, [Log("alone", now - day * 24 * HOUR - 2 * HOUR, 9, uuid.uuid4().hex)])
    asked = {"agent_id": agent, "order": order, **filters}
    whole = ask(client, since=format_time(now - 7 * 24 * HOUR), until=format_time(now), **asked)["items"]
    days = [
        item
        for day in range(14)
        for item in ask(
            client, since=format_time(now - (day + 1) * 12 * HOUR), until=format_time(now - day * 12 * HOUR), **asked
        )["items"]
    ]
    key = {"start": "start", "duration": "duration_ms"}[order]
    assert [item[key] for item in whole] == sorted((item[key] for item in days), reverse=True)
    assert {item["trace_id"]: item for item in whole} == {item["trace_id"]: item for item in days}
    assert len(whole) == (6 if filters.get("error") or "min_duration" in filters else 12)


class Slow:
    """Queries of which each says how long it may take, and takes so many seconds of a clock of its own."""

    def __init__(self, queries, seconds, monkeypatch):
        self._queries = queries
        self._seconds = seconds
        self._passed = 0.0
        self.allowed = []
        monkeypatch.setattr(listing, "time", SimpleNamespace(monotonic=lambda: self._passed))

    def run(self, name, parameters, limits, **conditions):
        self.allowed.append(limits.max_seconds)
        self._passed += self._seconds
        return self._queries.run(name, parameters, limits, **conditions)


def test_all_queries_of_a_list_share_one_time_limit(store, monkeypatch, agent):
    queries = Slow(QueryRunner(store, Metrics(CollectorRegistry()), "/traces"), 9, monkeypatch)
    since = time.time_ns() - 60 * 24 * HOUR
    listing.list_traces(queries, TraceQuestion(agent_id=agent, since=format_time(since)))
    assert queries.allowed == [30, 21, 12, 3, 1]


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("0", 0), ("250", 250 * MS), ("1.5s", 1500 * MS), ("2m", 120_000 * MS), ("1h", HOUR), ("10us", 10_000),
     ("10µs", 10_000), ("7ns", 7), ("0.5ns", 0), (" 1 ", MS)],
)  # fmt: skip
def test_durations(text, nanoseconds):
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "fast", "-1", "1.5.2s", "1 s", "1d", "1e3", "9999999999999999h", "٣s", ".5s"])
def test_what_is_no_duration_is_422_and_named(client, text):
    for name in ("min_duration", "max_duration"):
        response = client.get("/traces", params={name: text})
        assert response.status_code == 422, response.text
        assert response.json()["errors"][0]["field"] == name


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"min_duration": "2s", "max_duration": "1s"}, "min_duration"),
        ({"error": "maybe"}, "error"),
        ({"cursor": "x"}, "cursor"),
        ({"attr.": "x"}, "attr."),
        ({"name": "x" * 257}, "name"),
    ],
)
def test_a_wrong_parameter_is_named(client, parameters, field):
    response = client.get("/traces", params=parameters)
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["field"] == field


def test_a_cursor_of_the_other_order_is_refused(client, desk):
    agent, _ = desk
    cursor = ask(client, agent_id=agent, limit=1)["next_cursor"]
    assert client.get("/traces", params={"cursor": cursor, "order": "duration"}).status_code == 422


def test_clocks_that_are_askew_and_parents_that_are_none_leave_every_node(client, loader, agent, trace_id):
    """A child hours before its parent, one that ends before it begins, a missing root, a span under itself."""
    now = time.time_ns() - 5 * HOUR
    missing, early, backwards, own, left, right = (span_id() for _ in range(6))
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("early", early, missing, now - 2 * HOUR, now - HOUR),
            SentSpan("child of early", span_id(), early, now - 3 * HOUR, now + HOUR),
            SentSpan("backwards", backwards, early, now, now - HOUR),
            SentSpan("own parent", own, own, now, now + 1),
            SentSpan("left", left, right, now + 1, now + 2),
            SentSpan("right", right, left, now + 2, now + 3),
        ],
    )
    loader.logs(f"{agent}-2", [Log("in the future", now + 20 * HOUR, 9, trace_id, backwards)])
    trace = client.get(f"/traces/{trace_id}").json()
    names, waiting = [], list(trace["roots"])
    while waiting:
        node = waiting.pop()
        names.append(node["name"] or node["message"])
        waiting += node["children"]
    assert sorted(names) == sorted(
        ["early", "child of early", "backwards", "own parent", "left", "right", "in the future"]
    )
    assert {root["name"] for root in trace["roots"] if root["is_orphan"]} == {"early", "own parent", "left"}
    assert (trace["span_count"], trace["log_count"]) == (6, 1)
