"""Every question has bounds of time, memory and rows on the real engine, and one that is too large is told how to ask
for less; and every period is half-open, in whatever zone it is written."""

import dataclasses
import time
import uuid

import httpx
import pytest
from query_api_telemetry import Log, SentSpan

from spanlog_collector.storage import QueryLimits
from spanlog_query_api import exports
from spanlog_query_api.models.problem import Problem
from spanlog_query_api.queries import named_query
from spanlog_query_api.times import format_time

SECOND = 1_000_000_000
DAY = 86_400 * SECOND


MANY_ROWS = {
    "/logs",
    "/logs/facets?field=order_id",
    "/logs/export",
    "/logs/export?format=csv",
    "/patterns",
    "/traces",
    "/sessions",
}


@pytest.fixture(scope="module")
def stored(loader):
    """An agent with an error, a trace, a session and spans of its own; more than one of each."""
    agent, session = f"bounds-{uuid.uuid4().hex[:8]}", f"run-{uuid.uuid4().hex[:8]}"
    now = time.time_ns() - 10 * SECOND
    traces = [uuid.uuid4().hex for _ in range(3)]
    for number, trace in enumerate(traces):
        of_session = {"session.id": session if number else f"{session}-2", "order_id": number}
        logs = [Log(f"could not {verb}", now + number, 17, trace, "", of_session) for verb in ("fill", "send", "read")]
        loader.logs(agent, logs)
        span = SentSpan(f"op {number}", uuid.uuid4().hex[:16], "", now, now + 9, attributes=of_session)
        loader.spans(agent, trace, [span])
    return {"agent": agent, "session": session, "trace": traces[0]}


@pytest.fixture
def paths(client, stored):
    """Every route that asks the store a question whose size is the asker's to choose."""
    (entry, *_) = client.get("/logs", params={"agent_id": stored["agent"]}).json()["items"]
    return [
        "/logs",
        "/logs?search=could",
        f"/logs?agent_id={stored['agent']}&limit=2&offset=2",
        f"/logs/{entry['id']}",
        f"/logs/{entry['id']}/context",
        "/logs/histogram",
        "/logs/facets?field=order_id",
        "/logs/export",
        "/logs/export?format=csv",
        "/logs/export?format=parquet",
        "/logs/summary",
        "/logs/agents",
        "/patterns",
        "/errors",
        f"/errors/{entry['fingerprint']}",
        "/traces",
        "/traces?order=duration",
        f"/traces/{stored['trace']}",
        "/sessions",
        "/sessions?error=false",
        f"/sessions/{stored['session']}",
    ]


@pytest.fixture
def bound(store, monkeypatch):
    """Hold every question to tighter bounds than it is given, on the engine itself; tell which ones were given."""
    given = []

    def tighten(**tighter):
        for name in ("query", "query_as"):
            inner = getattr(type(store), name)

            def asked(self, *arguments, inner=inner, position=-1, **options):
                limits = options.pop("limits", None) or arguments[position]
                rest = arguments[:position] if isinstance(arguments[position], QueryLimits) else arguments
                given.append(limits)
                return inner(self, *rest, dataclasses.replace(limits, **tighter))

            monkeypatch.setattr(type(store), name, asked)
        return given

    return tighten


@pytest.mark.parametrize(
    "tighter", [{"max_memory_bytes": 1}, {"max_result_rows": 1}, {"max_seconds": 1e-6}], ids=["memory", "rows", "time"]
)
def test_what_exceeds_a_bound_is_400_and_says_how_to_ask_for_less(client, paths, bound, tighter):
    given = bound(**tighter)
    # Some answers are one row; no answer takes no time and no memory.
    asked = [path for path in paths if "max_result_rows" not in tighter or path in MANY_ROWS]
    assert asked
    for path in asked:
        response = client.get(path)
        assert response.status_code == 400, (path, response.text)
        problem = Problem.model_validate(response.json(), extra="forbid")
        for word in ("since", "until", "agent_id", "limit"):
            assert word in problem.detail, (path, problem.detail)
    for limits in given:
        assert limits.max_seconds <= 30
        assert limits.max_memory_bytes <= 2**29
        assert limits.max_result_rows <= 2 * 10**6


def test_every_question_is_read_only(client, paths, bound, monkeypatch):
    settings = []
    original = QueryLimits.settings
    monkeypatch.setattr(QueryLimits, "settings", lambda self: settings.append(original(self)) or original(self))
    given = bound()
    for path in paths:
        assert client.get(path).status_code == 200, path
    assert len(settings) >= len(given) > len(paths)
    assert {setting["readonly"] for setting in settings} == {2}


@pytest.mark.parametrize("format_name", ["ndjson", "csv"])
def test_an_export_that_exceeds_a_bound_when_it_has_begun_breaks_off(client, stored, store, monkeypatch, format_name):
    """By then the answer is half sent; the one way left to say that it is not whole is to give it no end."""
    monkeypatch.setattr(exports, "_PAGE_RECORDS", 2)
    query = type(store).query
    pages = []

    def failing_later(self, sql, parameters, limits):
        pages.append(sql.startswith(named_query("list_logs").sql[:100]))
        tight = dataclasses.replace(limits, max_memory_bytes=1) if sum(pages) == 3 else limits
        return query(self, sql, parameters, tight)

    monkeypatch.setattr(type(store), "query", failing_later)
    received = []

    def receive():
        question = {"agent_id": stored["agent"], "format": format_name}
        with client.stream("GET", "/logs/export", params=question) as response:
            assert response.status_code == 200
            received.extend(response.iter_raw())

    with pytest.raises(httpx.RemoteProtocolError):
        receive()
    assert b"".join(received).count(b"could not") == 4


PERIODS = [
    ("/logs", lambda answer: answer["total"]),
    ("/logs/histogram", lambda answer: answer["total"]),
    ("/logs/facets", lambda answer: sum(v["count"] for v in answer["facets"][0]["values"])),
    ("/logs/export", None),
    ("/logs/summary", lambda answer: answer["total"]),
    ("/patterns", lambda answer: sum(item["count"] for item in answer["items"])),
    ("/errors", lambda answer: sum(item["count"] for item in answer["items"])),
    ("/traces", lambda answer: sum(item["log_count"] for item in answer["items"])),
    ("/sessions", lambda answer: sum(item["log_count"] for item in answer["items"])),
]


@pytest.mark.parametrize(("path", "count"), PERIODS, ids=[path for path, _ in PERIODS])
def test_periods_are_half_open_to_the_nanosecond_on_every_route(client, loader, path, count):
    agent = f"period-{uuid.uuid4().hex[:8]}"
    base = time.time_ns() - 2 * DAY
    moments = [base - 1, base, base + SECOND - 1, base + SECOND]
    loader.logs(
        agent,
        [Log(f"at {n}", at, 17, uuid.uuid4().hex, "", {"session.id": f"{agent}-{n}"}) for n, at in enumerate(moments)],
    )

    def found(since, until):
        response = client.get(path, params={"agent_id": agent, "since": since, "until": until})
        assert response.status_code == 200, response.text
        return len(response.text.splitlines()) if count is None else count(response.json())

    since, until = format_time(base), format_time(base + SECOND)
    assert found(since, until) == 2
    assert found(format_time(base - 1), until) == 3
    assert found(since, format_time(base + SECOND + 1)) == 3
    assert found(since, format_time(base + 1)) == 1
    # Without a zone it is UTC; with one, the same moment is the same moment.
    assert found(since.removesuffix("Z"), until.removesuffix("Z")) == 2
    zoned = [f"{format_time(at + 19_800 * SECOND).removesuffix('Z')}+05:30" for at in (base, base + SECOND)]
    assert found(*zoned) == 2
    for wrong in ((until, since), (since, since)):
        response = client.get(path, params={"since": wrong[0], "until": wrong[1]})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "since")
    for name in ("since", "until"):
        assert client.get(path, params={name: "yesterday"}).status_code == 422
