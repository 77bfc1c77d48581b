"""Searching records: each filter, the order, the pages, the edges of a period."""

import itertools
import time
import uuid

import pytest
from query_api_telemetry import Log

from spanlog_query_api.models.entries import Entry, EntryPage
from spanlog_query_api.times import format_time

MINUTE = 60 * 1_000_000_000


def ask(client, **parameters):
    response = client.get("/logs", params=parameters)
    assert response.status_code == 200, response.text
    EntryPage.model_validate(response.json(), extra="forbid")
    return response.json()


def messages(client, **parameters):
    return [item["message"] for item in ask(client, **parameters)["items"]]


def test_entries_of_any_otlp_sender_have_every_field(client, loader, agent, trace_id):
    now = time.time_ns()
    attributes = {
        "session.id": "s-1",
        "spanlog.category": "trading",
        "spanlog.source": "handler",
        "spanlog.parent_id": "00f067aa0ba902b7",
        "spanlog.template": "order %s failed",
        "gen_ai.agent.id": agent,
        "order": 17,
        "is_retry": True,
        "ratio": 0.5,
        "log.record.uid": "my own id",
    }
    log = Log("order 17 failed", now, 17, trace_id, "b7ad6b7169203331", attributes)
    loader.logs("some-service", [log], scope="bot.orders")
    (entry,) = ask(client, agent_id=agent)["items"]
    assert entry == {
        "id": entry["id"],
        "created_at": format_time(now),
        "agent_id": agent,
        "level": "error",
        "message": "order 17 failed",
        "category": "trading",
        "session_key": "s-1",
        "source": "handler",
        "metadata": {"order": "17", "is_retry": "true", "ratio": "0.5"},
        "trace_id": trace_id,
        "span_id": "b7ad6b7169203331",
        "parent_id": "00f067aa0ba902b7",
        "resolved": False,
        "resolved_by": None,
        "resolved_at": None,
        "fingerprint": entry["fingerprint"],
        "logger": "bot.orders",
    }
    assert len(entry["fingerprint"]) == 16


def test_each_filter_keeps_what_it_names_and_all_hold_together(client, post, agent):
    trace = str(uuid.uuid4())
    kept = {
        "agent_id": agent,
        "level": "warn",
        "category": "one",
        "source": "bot",
        "session_key": "s",
        "trace_id": trace,
    }
    post(**kept, message="all of it")
    for name, other in [
        ("level", "info"),
        ("category", "two"),
        ("source", "api"),
        ("session_key", "t"),
        ("trace_id", str(uuid.uuid4())),
    ]:
        post(**{**kept, name: other}, message=f"not {name}")
    for name, value in kept.items():
        expected = 6 if name == "agent_id" else 5
        if name != "agent_id":
            assert f"not {name}" not in messages(client, agent_id=agent, **{name: value})
        assert ask(client, **{"agent_id": agent, name: value})["total"] == expected
    assert messages(client, **kept) == ["all of it"]


def test_search_finds_text_in_any_case_and_takes_every_character_literally(client, post, agent):
    texts = [
        "Order FAILED",
        "100% of_it",
        "GRÖSSE ist egal",
        "back\\slash",
        "a 'quote' \"double\"",
        "{agent_id:String}",
    ]
    for text in texts:
        post(agent_id=agent, message=text)
    for search, found in [
        ("order failed", "Order FAILED"),
        ("%", "100% of_it"),
        ("_", "100% of_it"),
        ("grösse", "GRÖSSE ist egal"),
        ("\\", "back\\slash"),
        ("'quote' \"", "a 'quote' \"double\""),
        ("{agent_id", "{agent_id:String}"),
    ]:
        if search == "_":
            assert set(messages(client, agent_id=agent, search=search)) == {"100% of_it", "{agent_id:String}"}
        else:
            assert messages(client, agent_id=agent, search=search) == [found]
    assert ask(client, agent_id=agent, search="nowhere")["total"] == 0


def test_a_period_is_half_open_to_the_nanosecond(client, loader, agent):
    base = (time.time_ns() // MINUTE) * MINUTE - 60 * MINUTE
    loader.logs(agent, [Log(str(offset), base + offset) for offset in (-1, 0, 1, 999, 1000, 1001)])
    found = messages(client, agent_id=agent, since=format_time(base), until=format_time(base + 1000))
    assert found == ["999", "1", "0"]
    assert messages(client, agent_id=agent, since=format_time(base + 1000)) == ["1001", "1000"]
    assert messages(client, agent_id=agent, until=format_time(base)) == ["-1"]


def test_one_moment_in_different_zones_is_one_moment(client, loader, agent):
    loader.logs(agent, [Log("before", 1_763_625_599_999_999_999), Log("at", 1_763_625_600_000_000_000)])
    for since in (
        "2025-11-20T08:00:00Z",
        "2025-11-20T08:00:00",
        "2025-11-20 08:00",
        "2025-11-20T08:00:00.000000000+00:00",
        "2025-11-20T10:00:00+02:00",
        "2025-11-20T03:30:00-04:30",
    ):
        assert messages(client, agent_id=agent, since=since) == ["at"], since
    # A plus sign that a client did not encode.
    assert client.get(f"/logs?agent_id={agent}&since=2025-11-20T10:00:00+02:00").json()["total"] == 1


def test_pages_give_every_record_once_also_when_all_are_of_one_nanosecond(client, loader, agent):
    now = time.time_ns()
    loader.logs(agent, [Log(f"m{index}", now) for index in range(57)])
    seen = []
    for offset in itertools.count(0, 10):
        page = ask(client, agent_id=agent, limit=10, offset=offset)
        assert page["total"] == 57
        if not page["items"]:
            break
        seen.extend(item["id"] for item in page["items"])
    assert len(seen) == len(set(seen)) == 57


def test_newest_first_across_days_and_segments(client, loader, agent):
    now = time.time_ns()
    day = 24 * 60 * MINUTE
    for offsets in ((3 * day, 1, 0), (2, 2 * day, 5 * MINUTE)):
        loader.logs(agent, [Log(str(offset), now - offset) for offset in offsets])
    expected = sorted((0, 1, 2, 5 * MINUTE, 2 * day, 3 * day))
    assert messages(client, agent_id=agent) == [str(offset) for offset in expected]


def test_an_offset_beyond_the_end_gives_an_empty_page(client, post, agent):
    post(agent_id=agent)
    assert ask(client, agent_id=agent, offset=1_000_000_000) == {"total": 1, "items": [], "next_cursor": None}


def test_a_record_is_found_by_the_id_its_sender_gave_it(client, loader, agent):
    loader.logs(agent, [Log("mine", attributes={"log.record.uid": "order-17/retry"})])
    loader.logs(agent, [Log("other", attributes={"log.record.uid": "order-18"})])
    assert client.get("/logs/order-18").json()["message"] == "other"
    found = ask(client, agent_id=agent, search="mine")["items"][0]
    assert client.get(f"/logs/{found['id']}").json() == found
    assert Entry.model_validate(found)


@pytest.mark.parametrize(
    "log_id", ["5b1f0a3c-9d2e-4b67-a8c1-d0e2f3a4b5c6", "no-such-id", "x'; DROP TABLE otel_logs; --", "summary2"]
)
def test_an_unknown_id_is_404(client, log_id):
    answer = client.get(f"/logs/{log_id}")
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


@pytest.mark.parametrize(
    "text",
    ["NaN", "[1]", "{", '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', '{"a": ' + "[" * 100 + "]" * 100 + "}"],
)
def test_a_senders_false_metadata_is_passed_over(client, loader, agent, text):
    loader.logs(agent, [Log(attributes={"spanlog.metadata": text, "k": "v"})])
    assert ask(client, agent_id=agent)["items"][0]["metadata"] == {"k": "v"}


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "9" * 5000}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": 2**64}, "offset"),
        ({"level": "loud"}, "level"),
        ({"resolved": "perhaps"}, "resolved"),
        ({"trace_id": "x"}, "trace_id"),
        ({"since": "yesterday"}, "since"),
        ({"since": ""}, "since"),
        ({"since": "9999-12-31T00:00:00Z"}, "since"),
        ({"until": "9999-12-31T23:59:59.999999999Z"}, "until"),
        ({"since": "0001-01-01T00:00:00Z"}, "since"),
        ({"since": "1969-12-31T23:59:59Z"}, "since"),
        ({"since": "2026-02-30T00:00:00Z"}, "since"),
        ({"since": "2026-11-20T25:00:00Z"}, "since"),
        ({"since": "2026-11-20T08:00:00+99:00"}, "since"),
        ({"since": "२०२६-११-२०"}, "since"),
        ({"since": "2026-11-20T00:00:00Z", "until": "2026-11-20T00:00:00Z"}, "since"),
        ({"since": "2026-11-21", "until": "2026-11-20"}, "since"),
        ({"agent_id": "a\0"}, "agent_id"),
        ({"agent_id": "a" * 65}, "agent_id"),
        ({"search": "a\0"}, "search"),
        ({"search": "s" * 5000}, "search"),
        ({"category": "\0"}, "category"),
        ({"span_id": "x"}, "span_id"),
        ({"fingerprint": "1"}, "fingerprint"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "MTox"}, "cursor"),
        ({"cursor": "c" * 500}, "cursor"),
        ({"q": "level:loud"}, "q"),
        ({"q": "a\0"}, "q"),
        ({"attr.": "x"}, "attr."),
        ({"attr.a": "\0"}, "attr.a"),
        ({"attr.a": "x" * 5000}, "attr.a"),
        ({f"attr.{number}": "x" for number in range(21)}, "attr."),
    ],
)
def test_a_mistake_in_the_query_is_422_and_names_its_parameter(client, parameters, field):
    answer = client.get("/logs", params=parameters)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("path", ["/logs/%00", "/logs/" + "x" * 1025])
def test_an_id_that_cannot_be_one_is_422(client, path):
    answer = client.get(path)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["log_id"]


def test_edges_of_the_engines_time_are_answered(client, agent):
    for parameters in (
        {"since": "1970-01-01T00:00:00Z"},
        {"until": "1970-01-01T00:00:00Z"},
        {"since": "2106-02-07T06:28:15Z"},
        {"since": "1970-01-01", "until": "2106-02-07T06:28:15.999999999Z"},
    ):
        assert ask(client, agent_id=agent, **parameters) == {"total": 0, "items": [], "next_cursor": None}
