"""Patterns of what is stored, compared with a scan in plain Python over what was sent."""

import random
import time
import uuid
from collections import Counter, defaultdict

import pytest
from prometheus_client import CollectorRegistry
from query_api_telemetry import Log

from spanlog_patterns import Shaper, Template
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.models.patterns import PatternPage
from spanlog_query_api.patterns import counts as module
from spanlog_query_api.patterns.memory import PatternMemory
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import PatternQuestion
from spanlog_query_api.times import format_time

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
LEVELS = {"debug": 5, "info": 9, "warn": 13, "error": 17, "critical": 21}
MESSAGES = {
    "order <*> of user<*> filled at <*>": lambda n: f"order {n} of user{n % 7} filled at {n / 8}",
    "session <*> opened": lambda n: f"session {uuid.UUID(int=n * 7919)} opened",
    "cannot reach <*>: Connection refused": lambda n: f"cannot reach 10.0.{n % 9}.7:{4000 + n}: Connection refused",
    "shutting down": lambda _: "shutting down",
    "wrote <*> to <*>": lambda n: f"wrote {n} KB to /data/{n}/part-{n}.json",
    "worker <*> is idle": lambda n: f"worker {2**36 + n * 7919:x} is idle",
}


def ask(client, **parameters):
    response = client.get("/patterns", params=parameters)
    assert response.status_code == 200, response.text
    PatternPage.model_validate(response.json(), extra="forbid")
    return response.json()


def expected(records, since, until):
    """What must be said of each pattern, from the definitions."""
    length = until - since
    now, before = defaultdict(list), defaultdict(list)
    for record in records:
        if since <= record["time"] < until:
            now[record["template"]].append(record)
        elif since - length <= record["time"] < since:
            before[record["template"]].append(record)

    def told(template, counted):
        count, count_before = len(now[template]), len(before[template])
        return {
            "pattern": Template.of_text(template).id,
            "count": len(counted),
            "first_seen": format_time(min(record["time"] for record in counted)),
            "last_seen": format_time(max(record["time"] for record in counted)),
            "rate_per_hour": pytest.approx(count * HOUR / length),
            "rate_before_per_hour": pytest.approx(count_before * HOUR / length),
            "change": pytest.approx(count / count_before) if count_before else None,
            "state": "usual" if count and count_before else "new" if count else "vanished",
            "agents": sorted({record["agent"] for record in counted}),
            "levels": dict(Counter(record["level"] for record in counted)),
        }

    return (
        {template: told(template, counted) for template, counted in now.items()},
        {template: told(template, counted) for template, counted in before.items() if template not in now},
    )


@pytest.mark.parametrize("seed", range(6))
def test_patterns_are_what_a_plain_scan_finds(client, loader, seed):
    rng = random.Random(seed)
    agents = [f"patterns-{uuid.uuid4().hex[:10]}" for _ in range(2)]
    # Each seed has days of its own; edges inside an hour, on it, and beside it. One has whole days.
    length = (HOUR, 5 * HOUR, 7 * 60 * SECOND + 1, 53 * HOUR + 1, 2 * HOUR, 90 * 60 * SECOND)[seed]
    since = (time.time_ns() // HOUR - (seed + 4) * 100) * HOUR + (0, 17, HOUR - 1, rng.randrange(HOUR), 0, 1)[seed]
    until = since + length
    previous = since - length
    whole = [moment // HOUR * HOUR + step * HOUR for moment in (previous, since, until) for step in (0, 1)]
    whole += [moment // DAY * DAY + step * DAY for moment in (previous, since, until) for step in (0, 1)]
    edges = [edge + step for edge in (previous, since, until, *whole) for step in (-1, 0, 1)]
    gone, fresh, *_ = MESSAGES
    records = []
    for number in range(400):
        moment = rng.choice(edges) if rng.random() < 0.4 else rng.randrange(previous - length, until + length)
        template = rng.choice(list(MESSAGES))
        if (template == gone and moment >= since) or (template == fresh and moment < since):
            continue
        records.append(
            {
                "time": moment,
                "template": template,
                "level": rng.choice(list(LEVELS)),
                "agent": rng.choice(agents),
                "message": MESSAGES[template](number),
            }
        )
    for agent in agents:
        own = [record for record in records if record["agent"] == agent]
        # In several parts and out of order, as records come.
        for start in range(3):
            loader.logs(agent, [Log(r["message"], r["time"], LEVELS[r["level"]]) for r in own[start::3]])
    for agent in agents:
        for level in (None, "error"):
            wanted = [r for r in records if r["agent"] == agent and level in {None, r["level"]}]
            parameters = {"agent_id": agent, "since": format_time(since), "until": format_time(until)}
            found = ask(client, **parameters, **({"level": level} if level else {}))
            items, vanished = expected(wanted, since, until)
            assert (found["since"], found["until"]) == (format_time(since), format_time(until))
            assert {item["template"] for item in found["items"]} == set(items)
            assert {item["template"] for item in found["vanished"]} == set(vanished)
            assert (found["total"], found["vanished_total"]) == (len(items), len(vanished))
            for item in (*found["items"], *found["vanished"]):
                told = (items | vanished)[item["template"]]
                assert {name: item[name] for name in told} == told
            assert found["other"] == {"shapes": 0, "count": 0, "count_before": 0}


def at(agent, loader, moment, *messages, severity=9):
    loader.logs(agent, [Log(message, moment + index, severity) for index, message in enumerate(messages)])


def test_patterns_are_sorted_by_count_then_by_last_record_and_paged(client, loader, agent):
    now = time.time_ns()
    at(agent, loader, now - 50 * SECOND, "rare and old")
    at(agent, loader, now - 40 * SECOND, "rare and young")
    at(agent, loader, now - 60 * SECOND, "often", "often")
    found = ask(client, agent_id=agent)
    assert [item["template"] for item in found["items"]] == ["often", "rare and young", "rare and old"]
    page = ask(client, agent_id=agent, limit=1, offset=1)
    assert (page["total"], [item["template"] for item in page["items"]]) == (3, ["rare and young"])
    assert ask(client, agent_id=agent, offset=3)["items"] == []


def test_a_word_that_takes_many_values_is_one_pattern(client, loader, agent):
    names = ["alice", "bob", "carol", "dave", "eve"]
    at(agent, loader, time.time_ns() - SECOND, *(f"session opened for user {name} by cron" for name in names))
    (item,) = ask(client, agent_id=agent)["items"]
    assert item["template"] == "session opened for user <*> by cron"
    assert (item["count"], item["shapes_total"], len(item["shapes"])) == (5, 5, 5)


def test_what_was_seen_before_decides_too(client, loader, agent):
    """Four names before, one now: the period alone could not know that it is a name."""
    now = time.time_ns()
    names = ["alice", "bob", "carol", "dave"]
    at(agent, loader, now - 30 * HOUR, *(f"session opened for user {name} by cron" for name in names))
    at(agent, loader, now - SECOND, "session opened for user eve by cron")
    (item,) = ask(client, agent_id=agent)["items"]
    assert (item["template"], item["count"], item["state"]) == ("session opened for user <*> by cron", 1, "usual")
    assert item["change"] == pytest.approx(0.25)


def test_shapes_are_the_stored_hashes(client, loader, agent, store):
    at(agent, loader, time.time_ns() - SECOND, "took 5 ms", "took 7000 ms", "done")
    rows = store.query(
        "SELECT Body, lower(leftPad(hex(PatternHash), 16, '0')) AS shape FROM otel_logs WHERE AgentId = {agent:String}",
        {"agent": agent},
    )
    stored = {row["Body"]: row["shape"] for row in rows}
    assert stored["took 5 ms"] == stored["took 7000 ms"]
    found = {item["template"]: item["shapes"] for item in ask(client, agent_id=agent)["items"]}
    assert found == {"took <*>": [stored["took 5 ms"]], "done": [stored["done"]]}


def test_text_is_looked_for_in_template_and_example_in_any_case(client, loader, agent):
    at(agent, loader, time.time_ns() - SECOND, "Größe 17 received from 10.0.0.1", "bye")
    for text in ("GRÖSSE", "größe", "<*> received", "10.0.0.1"):
        found = ask(client, agent_id=agent, search=text)
        assert [item["example"] for item in found["items"]] == ["Größe 17 received from 10.0.0.1"], text
        assert found["total"] == 1
    assert ask(client, agent_id=agent, search="nowhere")["total"] == 0


def test_hostile_and_odd_messages_are_patterns_like_others(client, loader, agent):
    messages = [
        "",
        " \n\t ",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "x" * 5000,
        "é" * 400,
        "\x01\x02",
        "{n:UInt8} %s",
    ]
    at(agent, loader, time.time_ns() - SECOND, *messages)
    found = ask(client, agent_id=agent)
    assert sum(item["count"] for item in found["items"]) == len(messages)
    assert "<script>alert(<*>)</script>" in {item["template"] for item in found["items"]}
    assert max(len(item["example"].encode()) for item in found["items"]) <= 500


def test_shapes_beyond_the_bound_are_told(store, loader, agent, monkeypatch):
    monkeypatch.setattr(module, "MAX_SHAPES", 2)
    now = time.time_ns()
    at(agent, loader, now - SECOND, "often", "often", "often", "sometimes", "sometimes", "once and for all")
    at(agent, loader, now - 30 * HOUR, "long ago")
    queries = QueryRunner(store, Metrics(CollectorRegistry()), "/test")
    found = module.find_patterns(queries, PatternMemory(), PatternQuestion(agent_id=agent))
    assert [item.template for item in found.items] == ["often", "sometimes"]
    assert (found.other.shapes, found.other.count, found.other.count_before) == (2, 1, 1)


def test_memory_is_bounded_and_asks_the_store_once_for_each_shape(store, loader, agent, monkeypatch):
    at(agent, loader, time.time_ns() - SECOND, "one thing", "another", "a third thing")
    (row,) = store.query(
        "SELECT groupUniqArray(PatternHash) AS shapes FROM otel_logs WHERE AgentId = {agent:String}", {"agent": agent}
    )
    monkeypatch.setattr("spanlog_query_api.patterns.memory._MAX_SHAPES", 2)
    monkeypatch.setattr("spanlog_query_api.patterns.memory._SHAPES_AT_ONCE", 2)
    asked = []

    class Counting(QueryRunner):
        def run(self, name, parameters=None, **options):
            asked.append(parameters["shapes"])
            return super().run(name, parameters, **options)

    queries, memory = Counting(store, Metrics(CollectorRegistry()), "/test"), PatternMemory()
    found = memory.examples(queries, row["shapes"])
    assert {example.message for example in found.values()} == {"one thing", "another", "a third thing"}
    assert [len(shapes) for shapes in asked] == [2, 1]
    assert all(example.shape == Shaper().shape(example.message) for example in found.values())
    memory.examples(queries, row["shapes"])
    assert [len(shapes) for shapes in asked] == [2, 1, 1], "one had to be forgotten"
    assert memory.examples(queries, [1]) == {}, "there is no such shape"


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"since": "2026-11-20T08:00:00Z", "until": "2026-11-20T07:00:00Z"}, "since"),
        ({"since": "2026-11-20T08:00:00Z", "until": "2026-11-20T08:00:00Z"}, "since"),
        ({"until": "9999-01-01T00:00:00Z"}, "until"),
        ({"since": "yesterday"}, "since"),
        ({"limit": -1}, "limit"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"offset": -1}, "offset"),
        ({"level": "loud"}, "level"),
        ({"agent_id": "x" * 65}, "agent_id"),
        ({"search": "a\0b"}, "search"),
    ],
)
def test_a_wrong_parameter_is_named(client, parameters, field):
    response = client.get("/patterns", params=parameters)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


def test_a_period_that_would_begin_before_1970_is_answered(client):
    found = ask(client, since="1970-01-01T00:00:00Z", until="1970-01-02T00:00:00Z")
    assert (found["total"], found["items"], found["vanished"]) == (0, [], [])
    assert ask(client, since="1970-01-01T00:30:00Z", until="2026-01-01T00:00:00Z")["since"].startswith("1970")
