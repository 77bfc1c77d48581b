"""Sessions over the real store: the list, and one on its time line."""

import time
import uuid
from urllib.parse import quote

import pytest
from prometheus_client import CollectorRegistry
from query_api_telemetry import Log, SentSpan

from spanlog_query_api.metrics import Metrics
from spanlog_query_api.models.sessions import SessionPage, SessionTimeline
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import SessionQuestion
from spanlog_query_api.sessions.listing import list_sessions
from spanlog_query_api.times import format_time
from spanlog_query_api.windows import window_starts

MS = 1_000_000
SECOND = 1000 * MS
HOUR = 3600 * SECOND
IN = "gen_ai.usage.input_tokens"
OUT = "gen_ai.usage.output_tokens"
COST = "gen_ai.usage.cost"
OPERATION = "gen_ai.operation.name"


def key():
    return f"run-{uuid.uuid4().hex[:12]}"


def span_id():
    return uuid.uuid4().hex[:16]


def ask(client, **parameters):
    response = client.get("/sessions", params=parameters)
    assert response.status_code == 200, response.text
    SessionPage.model_validate(response.json(), extra="forbid")
    return response.json()


def read(client, session_key, **parameters):
    response = client.get(f"/sessions/{session_key}", params=parameters)
    assert response.status_code == 200, response.text
    SessionTimeline.model_validate(response.json(), extra="forbid")
    return response.json()


def keys(client, **parameters):
    return [item["session_key"] for item in ask(client, **parameters)["items"]]


@pytest.fixture
def session():
    return key()


def test_a_session_is_its_logs_and_spans_field_by_field(client, loader, agent, trace_id, session):
    now = time.time_ns() - 10 * SECOND
    root, call = span_id(), span_id()
    of_session = {"session.id": session}
    loader.spans(
        agent,
        trace_id,
        [
            SentSpan("run", root, "", now, now + 4000 * MS, attributes=of_session),
            SentSpan(
                "chat m-1",
                call,
                root,
                now + 2 * MS,
                now + 1002 * MS,
                True,
                # What the conversation's own id says, where there is no session's.
                attributes={
                    "gen_ai.conversation.id": session,
                    IN: 950,
                    OUT: 120,
                    COST: 0.0047,
                    "gen_ai.request.model": "m-1",
                },
            ),
        ],
    )
    loader.logs(
        f"{agent}-2",
        [Log("order 17 failed", now + 3 * MS, 17, trace_id, call, {**of_session, "order": 17})],
        scope="bot.orders",
    )
    loader.logs(agent, [Log("another session's", now, attributes={"session.id": key()}), Log("nobody's", now)])
    found = read(client, session)
    whole = {
        "session_key": session,
        "agents": sorted([agent, f"{agent}-2"]),
        "first_seen": format_time(now),
        "last_seen": format_time(now + 4000 * MS),
        "duration_ms": 4000.0,
        "log_count": 1,
        "span_count": 2,
        "error_count": 2,
        "trace_count": 1,
        "input_tokens": 950,
        "output_tokens": 120,
        "cost": 0.0047,
        "models": ["m-1"],
    }
    assert found["session"] == whole
    assert whole in ask(client, agent_id=agent)["items"]
    run, chat, log = found["items"]
    nothing = {
        "level": None,
        "message": None,
        "fingerprint": None,
        "input_tokens": None,
        "output_tokens": None,
        "cost": None,
        "model": None,
    }
    assert run == {
        **nothing,
        "kind": "span",
        "time": format_time(now),
        "id": root,
        "agent_id": agent,
        "name": "run",
        "status": "Unset",
        "duration_ms": 4000.0,
        "is_error": False,
        "trace_id": trace_id,
        "span_id": root,
        "parent_id": None,
        "attributes": of_session,
    }
    assert (chat["id"], chat["parent_id"], chat["status"], chat["is_error"]) == (call, root, "Error", True)
    assert (chat["input_tokens"], chat["output_tokens"], chat["cost"], chat["model"]) == (950, 120, 0.0047, "m-1")
    entry = client.get(f"/logs/{log['id']}").json()
    assert log == {
        **nothing,
        "kind": "log",
        "time": format_time(now + 3 * MS),
        "id": entry["id"],
        "agent_id": f"{agent}-2",
        "name": "bot.orders",
        "message": "order 17 failed",
        "level": "error",
        "status": None,
        "duration_ms": None,
        "is_error": True,
        "trace_id": trace_id,
        "span_id": call,
        "parent_id": None,
        "fingerprint": entry["fingerprint"],
        "attributes": {"order": "17"},
    }
    assert found["next_cursor"] is None


@pytest.mark.parametrize("session_key", ["a/b/c", "späce and ünicode", "..%2f", "'; DROP TABLE otel_logs", "x" * 1000])
def test_any_text_may_be_a_key(client, loader, agent, session_key):
    loader.logs(agent, [Log("m", attributes={"session.id": session_key})])
    assert keys(client, agent_id=agent) == [session_key]
    assert read(client, quote(session_key, safe=""), since="2020-01-01")["session"]["log_count"] >= 1


def test_an_unknown_session_is_404(client, session):
    assert client.get(f"/sessions/{session}").status_code == 404


def usage(client, session):
    found = read(client, session)["session"]
    return found["input_tokens"], found["output_tokens"], found["cost"]


def test_figures_are_of_the_first_page(client, loader, agent, session):
    loader.logs(agent, [Log("m", attributes={"session.id": session}), Log("n", attributes={"session.id": session})])
    first = read(client, session, limit=1)
    rest = read(client, session, limit=1, cursor=first["next_cursor"])
    assert (first["session"]["log_count"], rest["session"]) == (2, None)


def test_a_use_that_several_tell_of_counts_once(client, loader, agent, trace_id, session):
    now = time.time_ns() - SECOND
    root, first, second = span_id(), span_id(), span_id()

    def said(operation, tokens):
        return {"session.id": session, OPERATION: operation, IN: tokens, OUT: 1, COST: tokens / 1000}

    spans = [
        # An agent's span sums up what its calls say.
        SentSpan("invoke_agent", root, "", now, now + 9, attributes=said("invoke_agent", 300)),
        SentSpan("chat", first, root, now + 1, now + 2, attributes=said("chat", 100)),
        SentSpan("chat", second, root, now + 3, now + 4, attributes=said("chat", 200)),
    ]
    loader.spans(agent, trace_id, spans)
    # The event of a call repeats what its span says.
    loader.logs(agent, [Log("details", now + 2, 9, trace_id, first, said("chat", 100))])
    assert usage(client, session) == (300, 2, pytest.approx(0.3))


def test_an_agents_sum_counts_where_nothing_else_does(client, loader, agent, trace_id, session):
    now = time.time_ns() - SECOND
    attributes = {"session.id": session, OPERATION: "invoke_agent", IN: 300}
    loader.spans(agent, trace_id, [SentSpan("invoke_agent", span_id(), "", now, now + 9, attributes=attributes)])
    assert usage(client, session) == (300, None, None)


def test_records_of_one_span_that_has_none_are_summed(client, loader, agent, trace_id, session):
    now, span = time.time_ns() - SECOND, span_id()
    loader.spans(agent, trace_id, [SentSpan("run", span, "", now, now + 9, attributes={"session.id": session})])
    said = {"session.id": session, IN: 10, OUT: 20}
    loader.logs(agent, [Log("a", now, 9, trace_id, span, said), Log("b", now, 9, trace_id, span, said)])
    loader.logs(agent, [Log("c", now, attributes=said), Log("d", now, attributes=said)])
    assert usage(client, session) == (40, 80, None)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"gen_ai.usage.prompt_tokens": 5, "gen_ai.usage.completion_tokens": 6}, (5, 6, None)),
        ({"llm.token_count.prompt": 5, "llm.token_count.completion": 6, "llm.cost.total": 0.5}, (5, 6, 0.5)),
        ({"input_tokens": "5", "output_tokens": "6", "cost_usd": "0.25", "model": "m-2"}, (5, 6, 0.25)),
        ({IN: 7, "operation.cost": 0.125}, (7, None, 0.125)),
        ({IN: 7, "gen_ai.usage.cost_usd": 0.125}, (7, None, 0.125)),
        ({IN: "many", OUT: -3, COST: "nan"}, (None, None, None)),
        ({IN: "1e300", OUT: "inf", COST: "-inf"}, (None, None, None)),
        ({IN: 2**32, OUT: 2**32 - 1, COST: "1e-05"}, (None, 2**32 - 1, 0.00001)),
        ({}, (None, None, None)),
    ],
)
def test_what_senders_call_it_and_what_is_not_believed(client, loader, agent, session, attributes, expected):
    loader.logs(agent, [Log("m", attributes={"session.id": session, **attributes})])
    assert usage(client, session) == expected
    item = read(client, session)["items"][0]
    assert (item["input_tokens"], item["output_tokens"], item["cost"]) == expected
    assert item["model"] == ("m-2" if "model" in attributes else None)


def test_the_list_has_the_one_that_was_active_last_first(client, loader, agent):
    now = time.time_ns()
    first, second, third = key(), key(), key()
    for session, age in ((first, 50), (second, 40), (third, 30), (first, 10)):
        loader.logs(agent, [Log("m", now - age * SECOND, attributes={"session.id": session})])
    assert keys(client, agent_id=agent) == [first, third, second]


def test_filters_of_agent_and_error(client, loader, agent, trace_id):
    now = time.time_ns() - HOUR
    good, bad, failed, others = key(), key(), key(), key()
    loader.logs(agent, [Log("m", now, attributes={"session.id": good})])
    loader.logs(agent, [Log("m", now + 1, 17, attributes={"session.id": bad})])
    loader.logs(agent, [Log("m", now + 2, attributes={"session.id": failed})])
    loader.spans(
        agent, trace_id, [SentSpan("s", span_id(), "", now + 3, now + 4, True, attributes={"session.id": failed})]
    )
    loader.logs(f"{agent}-2", [Log("m", now + 5, 17, attributes={"session.id": others})])
    loader.logs(f"{agent}-2", [Log("m", now + 6, 17, attributes={"session.id": good})])
    assert keys(client, agent_id=agent) == [failed, bad, good]
    assert keys(client, agent_id=agent, error=True) == [failed, bad]
    assert keys(client, agent_id=agent, error=False) == [good]
    assert keys(client, agent_id=f"{agent}-2", error=True) == [good, others]
    # The figures are of everything in the session.
    (item,) = ask(client, agent_id=agent, error=False)["items"]
    assert (item["error_count"], item["agents"]) == (1, [agent, f"{agent}-2"])


def test_the_period_is_half_open_for_records_and_spans(client, loader, agent, trace_id):
    base = time.time_ns() - 100 * HOUR
    at, before = key(), key()
    loader.logs(agent, [Log("m", base, attributes={"session.id": at})])
    loader.logs(agent, [Log("m", base - 1, attributes={"session.id": before})])
    loader.spans(agent, trace_id, [SentSpan("s", span_id(), "", base, base + 9, attributes={"session.id": at})])
    period = {"since": format_time(base), "until": format_time(base + 1)}
    (item,) = ask(client, agent_id=agent, **period)["items"]
    assert (item["session_key"], item["log_count"], item["span_count"]) == (at, 1, 1)
    earlier = {"since": format_time(base - 1), "until": format_time(base)}
    assert keys(client, agent_id=agent, **earlier) == [before]
    assert [i["kind"] for i in read(client, at, **period)["items"]] == ["span", "log"]
    assert client.get(f"/sessions/{at}", params=earlier).status_code == 404


def test_pages_neither_skip_nor_repeat_a_session_while_records_arrive(client, loader, agent):
    now = time.time_ns()
    sessions = [key() for _ in range(10)]
    # Several at one time: then the key decides.
    loader.logs(agent, [Log("m", now - n // 3 * SECOND, attributes={"session.id": s}) for n, s in enumerate(sessions)])
    found, cursor = [], ""
    while cursor is not None:
        page = ask(client, agent_id=agent, limit=4, cursor=cursor)
        found += [item["session_key"] for item in page["items"]]
        cursor = page["next_cursor"]
        # One that was to come moves to the top.
        loader.logs(agent, [Log("late", time.time_ns(), attributes={"session.id": sessions[-1]})])
        assert cursor is None or len(page["items"]) == 4
    assert sorted(found) == sorted(sessions)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("limit", [2, 7, 50])
def test_pages_of_a_time_line_have_each_item_once(client, loader, agent, trace_id, session, limit):
    now = time.time_ns() - SECOND
    of_session = {"session.id": session}
    # Thick with equals: the same nanosecond, the same ids.
    spans = [SentSpan("s", span_id(), "", now + n // 4, now + 99, attributes=of_session) for n in range(8)]
    loader.spans(agent, trace_id, [*spans, spans[3], spans[3]])
    uid = str(uuid.uuid4())
    logs = [Log(f"m{n}", now + n // 5, attributes=of_session) for n in range(9)]
    loader.logs(agent, [*logs, *(Log("same", now + 1, attributes={**of_session, "log.record.uid": uid}),) * 3])
    whole = read(client, session, limit=1000)["items"]
    assert len(whole) == 22
    assert [(i["time"], i["kind"] == "log") for i in whole] == sorted((i["time"], i["kind"] == "log") for i in whole)
    found, cursor = [], ""
    while cursor is not None:
        page = read(client, session, limit=limit, cursor=cursor)
        found += page["items"]
        cursor = page["next_cursor"]
    assert [item["id"] for item in found] == [item["id"] for item in whole]


def test_a_session_of_many_records_answers_a_page(client, loader, agent, session):
    now = time.time_ns() - HOUR
    for part in range(4):
        loader.logs(
            agent,
            [Log(f"m{n}", now + (part * 5000 + n) * 1000, attributes={"session.id": session}) for n in range(5000)],
        )
    first = read(client, session, limit=2)
    assert first["session"]["log_count"] == 20_000
    assert [item["message"] for item in first["items"]] == ["m0", "m1"]
    assert [i["message"] for i in read(client, session, limit=2, cursor=first["next_cursor"])["items"]] == ["m2", "m3"]


@pytest.mark.parametrize("path", ["/sessions", "/sessions/x"])
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"since": "2026-11-21", "until": "2026-11-20"}, "since"),
        ({"since": "2026-11-20", "until": "2026-11-20"}, "since"),
        ({"until": "9999-01-01"}, "until"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "ü"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"cursor": "WyJzZXNzaW9ucyIsLTEsMCwwLCJ4Il0"}, "cursor"),
        ({"cursor": "x" * 5000}, "cursor"),
    ],
)
def test_a_wrong_parameter_is_named(client, path, parameters, field):
    response = client.get(path, params=parameters)
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["field"] == field


def test_a_cursor_of_another_period_or_list_is_refused(client, loader, agent):
    now = time.time_ns() - SECOND
    loader.logs(agent, [Log("m", now - n, attributes={"session.id": key()}) for n in range(3)])
    page = ask(client, agent_id=agent, limit=1)
    assert keys(client, agent_id=agent, limit=1, cursor=page["next_cursor"], since=page["since"], until=page["until"])
    other = {"cursor": page["next_cursor"], "since": format_time(now - HOUR)}
    assert client.get("/sessions", params=other).status_code == 422
    assert client.get("/traces", params={"cursor": page["next_cursor"]}).status_code == 422


def test_windows_grow_backwards_to_the_whole_period():
    assert list(window_starts(0, 100 * HOUR)) == [99 * HOUR, 92 * HOUR, 36 * HOUR, 0]
    assert list(window_starts(5, 6)) == [5]
    assert list(window_starts(0, HOUR)) == [0]


def test_a_page_of_the_newest_does_not_read_the_whole_period(store, loader, agent):
    asked = []

    class Noting(QueryRunner):
        def run(self, name, parameters=None, *arguments, **options):
            asked.append((name, parameters))
            return super().run(name, parameters, *arguments, **options)

    now = time.time_ns()
    for age in (0.5, 0.6, 20):
        loader.logs(agent, [Log("m", now - int(age * HOUR), attributes={"session.id": key()})])
    queries = Noting(store, Metrics(CollectorRegistry()), "/test")
    question = {"agent_id": agent, "until": format_time(now)}
    list_sessions(queries, SessionQuestion(**question, limit=1))
    windows = [now - parameters["since"] for name, parameters in asked if name == "active_sessions"]
    assert windows == [HOUR]
    asked.clear()
    page = list_sessions(queries, SessionQuestion(**question, limit=10))
    assert len(page.items) == 3
    windows = [now - parameters["since"] for name, parameters in asked if name == "active_sessions"]
    assert windows == [HOUR, 8 * HOUR, 24 * HOUR]
