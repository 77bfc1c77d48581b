"""Searching with the query language and by attribute, over stored records: what is found, and what is refused."""

import itertools
import threading
import time
import uuid

import pytest
from query_api_telemetry import Log

from spanlog_query_api.cursors import Place, read_cursor, write_cursor
from spanlog_query_api.search.conditions import render, without_hints
from spanlog_query_api.search.fields import query_to_condition
from spanlog_query_api.search.message import contains
from spanlog_query_api.times import format_time

LEVELS = {"debug": 5, "info": 9, "warn": 13, "error": 17, "critical": 21}
HOSTILE = [
    "'",
    "''",
    "\\",
    "\\'",
    '"; DROP TABLE otel_logs; --',
    "' OR 1=1 --",
    "{condition}",
    "{value_0:String}",
    "%",
    "_",
    "*",
    "**",
    "$1",
    "`x`",
    "/* */",
    "-- x",
    "\u2028",
    "😀",
    "a" * 200,
    "){",
]


@pytest.fixture(scope="module")
def desk(loader):
    """An agent with records of every kind, and what they are called."""
    agent = f"desk-{uuid.uuid4().hex[:8]}"
    now = time.time_ns()
    said = {
        "plain": ("info", "Heartbeat OK from worker 7", {}),
        "loan": ("error", "flash loan refused: no liquidity", {"order_id": "99", "chain": "eth", "level": "3"}),
        "loan2": ("warn", "loan flash is not a flash  loan", {"order_id": "100", "chain": "arbitrum"}),
        "order": ("error", "order 1234567 failed_100% of the time", {"order_id": "1.5e3", "chain": "eth-test"}),
        "fatal": ("critical", "Straße gesperrt: ÄÖÜ", {"order_id": "many", "empty": ""}),
        "quiet": ("debug", "path C:\\temp\\x and a*star", {"service.tier": "gold"}),
    }
    logs = [
        Log(message, now + index, LEVELS[level], "", "", attributes)
        for index, (level, message, attributes) in enumerate(said.values())
    ]
    loader.logs(agent, logs)
    return agent, {message: name for name, (_, message, _) in said.items()}


def names(client, desk, **parameters):
    agent, called = desk
    response = client.get("/logs", params={"agent_id": agent, **parameters})
    assert response.status_code == 200, response.text
    return {called[item["message"]] for item in response.json()["items"]}


EVERY = {"plain", "loan", "loan2", "order", "fatal", "quiet"}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", EVERY),
        ("heartbeat", {"plain"}),
        ("-heartbeat", EVERY - {"plain"}),
        ("HEART", {"plain"}),
        ("flash loan", {"loan", "loan2"}),
        ('"flash loan"', {"loan"}),
        ('"flash  loan"', {"loan2"}),
        ("fla*refused", {"loan"}),
        ("123456", {"order"}),
        ("failed_100%", {"order"}),
        ("failed.100", set()),
        ("straße", {"fatal"}),
        ("äöü", {"fatal"}),
        ('"C:\\\\temp\\\\x"', {"quiet"}),
        ("C:\\temp", {"quiet"}),
        ('"a*star"', {"quiet"}),
        ('"a*tar"', set()),
        ("level:error", {"loan", "order"}),
        ("level:ERROR", {"loan", "order"}),
        ("level:>=warn", {"loan", "loan2", "order", "fatal"}),
        ("level:>error", {"fatal"}),
        ("level:<info", {"quiet"}),
        ("level:<=info", {"quiet", "plain"}),
        ("level:(error OR critical)", {"loan", "order", "fatal"}),
        ("level:*", EVERY),
        ("level:error chain:eth", {"loan"}),
        ("chain:eth*", {"loan", "order"}),
        ('chain:"eth*"', set()),
        ("chain:*", {"loan", "loan2", "order"}),
        ("-chain:*", {"plain", "fatal", "quiet"}),
        ("empty:*", {"fatal"}),
        ("order_id:99", {"loan"}),
        ("order_id:>99", {"loan2", "order"}),
        ("order_id:>=99", {"loan", "loan2", "order"}),
        ("order_id:<100", {"loan"}),
        ("order_id:<=100", {"loan", "loan2"}),
        ("order_id:100..2000", {"loan2", "order"}),
        ("NOT order_id:>99", EVERY - {"loan2", "order"}),
        ("attr.level:3", {"loan"}),
        ("@level:3", {"loan"}),
        ("service.tier:gold", {"quiet"}),
        ("flash (level:warn OR chain:eth)", {"loan", "loan2"}),
        ("(level:debug OR level:info) -heartbeat", {"quiet"}),
        ("resolved:false", EVERY),
        ("resolved:true", set()),
        ("fingerprint:*", {"loan", "order", "fatal"}),
        ("category:*", set()),
        ("agent:desk-*", EVERY),
        ("agent:somebody", set()),
        ("message:heartbeat", {"plain"}),
    ],
)
def test_a_query_finds_what_it_says(client, desk, q, expected):
    assert names(client, desk, q=q) == expected


def test_filters_by_attribute_and_query_hold_together(client, desk):
    assert names(client, desk, **{"attr.chain": "eth"}) == {"loan"}
    assert names(client, desk, **{"attr.chain": "eth", "attr.order_id": "99"}, q="level:error") == {"loan"}
    assert names(client, desk, **{"attr.chain": "eth"}, q="level:warn") == set()
    assert names(client, desk, **{"attr.service.name": desk[0]}) == EVERY


def test_ids_find_their_record(client, desk):
    entry = client.get("/logs", params={"agent_id": desk[0], "q": "heartbeat"}).json()["items"][0]
    assert names(client, desk, q=f"id:{entry['id']}") == {"plain"}
    error = client.get("/logs", params={"agent_id": desk[0], "q": "level:critical"}).json()["items"][0]
    assert names(client, desk, q=f"fingerprint:{error['fingerprint']}") == {"fatal"}
    assert names(client, desk, fingerprint=error["fingerprint"]) == {"fatal"}


@pytest.mark.parametrize(
    ("q", "position"),
    [
        ("level:loud", 6),
        ("agent:>3", 0),
        ("trace_id:abc", 9),
        ("fingerprint:12", 12),
        ("id:7", 3),
        ("resolved:perhaps", 9),
        ("order_id:>many", 10),
        ("a attr.:3", 2),
        ('a "b', 2),
    ],
)
def test_a_mistake_is_422_with_its_position_and_a_hint(client, q, position):
    response = client.get("/logs", params={"q": q})
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["field"] == "q"
    assert error["position"] == position
    assert error["hint"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(client, desk, text):
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    found = set()
    for q in (quoted, f"chain:{quoted}", f"{text}"):
        response = client.get("/logs", params={"agent_id": desk[0], "q": q})
        assert response.status_code in (200, 422), response.text
    found = names(client, desk, q=quoted)
    assert found == {name for message, name in desk[1].items() if text.lower() in message.lower()}
    assert names(client, desk, **{"attr.chain": text}) == set()
    assert names(client, desk, **{f"attr.{text}": "x"}) == set()


def test_a_cursor_is_written_and_read():
    place = Place(2**63 - 1, str(uuid.uuid4()))
    assert read_cursor(write_cursor(place)) == place


def test_cursors_give_every_record_once_also_in_one_nanosecond_and_while_records_arrive(client, loader, agent):
    now = time.time_ns()
    loader.logs(agent, [Log(f"m{index}", now) for index in range(3_000)])
    loader.logs(agent, [Log(f"older {index}", now - 1 - index) for index in range(50)])
    stop = threading.Event()

    def arrive():
        for number in itertools.count():
            if stop.is_set():
                return
            loader.logs(agent, [Log("newer", time.time_ns()), Log("late", now + 10 + number)])

    arriving = threading.Thread(target=arrive)
    arriving.start()
    try:
        seen = []
        page = client.get("/logs", params={"agent_id": agent, "limit": 500, "until": format_time(now + 1)}).json()
        assert page["total"] == 3_050
        while True:
            seen.extend(item["message"] for item in page["items"])
            if page["next_cursor"] is None:
                break
            page = client.get("/logs", params={"agent_id": agent, "limit": 500, "cursor": page["next_cursor"]}).json()
            assert page["total"] is None
    finally:
        stop.set()
        arriving.join()
    assert len(seen) == len(set(seen)) == 3_050
    assert not {"newer", "late"} & set(seen)


def test_offset_and_cursor_do_not_go_together(client, agent):
    cursor = write_cursor(Place(1, str(uuid.uuid4())))
    response = client.get("/logs", params={"agent_id": agent, "cursor": cursor, "offset": 1})
    assert [error["field"] for error in response.json()["errors"]] == ["offset"]


def test_words_of_a_search_are_found_by_the_text_index(store, desk):
    sql, parameters = render(contains("No Liquidity"))
    plan = store.query(f"EXPLAIN indexes = 1 SELECT count() FROM otel_logs WHERE {sql}", parameters)
    assert "idx_body_words" in "\n".join(row["explain"] for row in plan)


WORDS = ["heartbeat", '"flash loan"', "fla*refused", "failed_100%", "-worker7", '-"flash loan"', "straße"]
ATTRIBUTES = ["chain:eth", "-chain:eth", "-service.name:nobody", 'empty:""', 'missing:""', "missing:x"]


@pytest.mark.parametrize("q", [*WORDS, "a OR worker7", *ATTRIBUTES])
def test_without_the_hints_the_same_is_found(store, desk, q):
    condition = query_to_condition(q)
    found = []
    for asked in (condition, without_hints(condition)):
        sql, values = render(asked)
        rows = store.query(
            f"SELECT Body FROM otel_logs WHERE AgentId = {{agent:String}} AND {sql}", {"agent": desk[0], **values}
        )
        found.append(sorted(row["Body"] for row in rows))
    assert found[0] == found[1]


def test_a_programs_own_attribute_is_found_where_the_record_has_none_of_that_name(client, loader):
    agent = f"resource-{uuid.uuid4().hex[:8]}"
    loader.logs(agent, [Log("of the program"), Log("its own", attributes={"region": "us"})], resource={"region": "eu"})

    def messages(q):
        return [item["message"] for item in client.get("/logs", params={"q": q, "agent_id": agent}).json()["items"]]

    assert messages("region:eu") == ["of the program"]
    assert messages("region:us") == ["its own"]
    assert messages("-region:eu") == ["its own"]


def test_hints_are_left_out_where_few_rows_are_asked():
    assert "message_word" not in str(without_hints(query_to_condition("order17 42abcd")))
    assert "may_be" not in str(without_hints(query_to_condition("chain:eth")))
