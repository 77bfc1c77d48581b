"""The summary, compared with a scan in plain Python over what was sent."""

import random
import time
import uuid
from collections import Counter, defaultdict

import pytest
from query_api_telemetry import Log

from spanlog_query_api.models.summary import Summary
from spanlog_query_api.times import format_time, parse_time

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
LEVELS = {"debug": 5, "info": 9, "warn": 13, "error": 17, "critical": 21}
LISTS = ("unresolved", "new", "recurring")


def summarize(client, **parameters):
    response = client.get("/logs/summary", params=parameters)
    assert response.status_code == 200, response.text
    Summary.model_validate(response.json(), extra="forbid")
    return response.json()


def scan(records, resolved, since, until, recurring_min):
    """What the summary must say, from the definitions."""
    previous = since - (until - since)
    inside = [record for record in records if since <= record["time"] < until]
    errors = [record for record in inside if record["level"] in {"error", "critical"}]
    before = {
        record["group"]
        for record in records
        if previous <= record["time"] < since and record["level"] in {"error", "critical"}
    }
    groups = defaultdict(list)
    for record in errors:
        groups[record["group"]].append(record)
    items = {
        name: {
            "count": len(members),
            "first_seen": format_time(min(member["time"] for member in members)),
            "last_seen": format_time(max(member["time"] for member in members)),
            "agents": sorted({member["agent"] for member in members}),
            "unresolved_count": sum(member["id"] not in resolved for member in members),
        }
        for name, members in groups.items()
    }
    return {
        "items": items,
        "total": len(inside),
        "by_level": dict(Counter(record["level"] for record in inside)),
        "by_agent": dict(Counter(record["agent"] for record in errors)),
        "unresolved": [name for name in items if items[name]["unresolved_count"]],
        "new": [name for name in items if name not in before],
        "recurring": [name for name in items if items[name]["count"] >= recurring_min],
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_summary_is_what_a_plain_scan_finds(client, loader, seed):
    rng = random.Random(seed)
    # Letters that are no hex digits: those would be masked, and the groups be those of the other seeds.
    agent = "scan-" + uuid.uuid4().hex[:10].translate(str.maketrans("0123456789abcdef", "ghijklmnopqrstuv"))
    # Each seed has a day of its own, and edges that are not on a full second.
    since = time.time_ns() - (seed + 2) * 100 * HOUR + rng.randrange(SECOND)
    length = rng.choice((HOUR, 7 * 60 * SECOND + 1, 24 * HOUR))
    until = since + length
    previous = since - length
    edges = [edge + step for edge in (previous, since, until) for step in (-1, 0, 1)]
    records = []
    for number in range(300):
        moment = rng.choice(edges) if rng.random() < 0.3 else rng.randrange(previous - length, until + length)
        records.append(
            {
                "time": moment,
                "level": rng.choice(list(LEVELS)),
                "group": f"{agent} failure {'abcdefghijklmnopqrst'[rng.randrange(20)]}",
                "agent": agent,
                "id": str(uuid.uuid4()),
                "number": number,
            }
        )
    logs = [
        Log(
            f"{record['group']} after {record['number']} tries\nsecond line",
            record["time"],
            LEVELS[record["level"]],
            attributes={"log.record.uid": record["id"]},
        )
        for record in records
    ]
    loader.logs(agent, logs)
    resolved = {record["id"] for record in records if rng.random() < 0.6}
    client.post("/logs/resolve-batch", json={"ids": sorted(resolved), "resolved_by": "ana"})

    recurring_min = rng.choice((2, 3, 5))
    found = summarize(
        client,
        agent_id=agent,
        since=format_time(since),
        until=format_time(until),
        recurring_min=recurring_min,
    )
    expected = scan(records, resolved, since, until, recurring_min)
    assert (found["since"], found["until"], found["agent_id"]) == (format_time(since), format_time(until), agent)
    assert found["total"] == expected["total"]
    assert {level: count for level, count in found["by_level"].items() if count} == expected["by_level"]
    assert set(found["by_level"]) == set(LEVELS)
    assert found["by_agent"] == expected["by_agent"]
    for name in LISTS:
        assert found[f"{name}_total"] == len(expected[name]), name
        titles = [item["title"].split(" after ")[0] for item in found[name]]
        assert sorted(titles) == sorted(expected[name]), name
        order = [(item["count"], item["last_seen"]) for item in found[name]]
        assert order == sorted(order, reverse=True), name
        for item, title in zip(found[name], titles, strict=True):
            wanted = expected["items"][title]
            assert {key: item[key] for key in wanted} == wanted
            assert item["status"] == ("open" if wanted["unresolved_count"] else "resolved")


def test_totals_are_by_agent_and_level_and_of_all_agents(client, loader):
    since = time.time_ns() - 5000 * HOUR
    names = [f"totals-{uuid.uuid4().hex[:8]}" for _ in range(3)]
    counts = {
        names[0]: {"debug": 1, "info": 2, "warn": 0, "error": 3, "critical": 4},
        names[1]: {"debug": 0, "info": 5, "warn": 1, "error": 0, "critical": 0},
        names[2]: {"debug": 0, "info": 0, "warn": 0, "error": 1, "critical": 0},
    }
    for name, levels in counts.items():
        loader.logs(name, [Log("m", since, LEVELS[level]) for level, count in levels.items() for _ in range(count)])
    found = summarize(client, since=format_time(since), until=format_time(since + 1))
    assert found["agent_id"] is None
    assert found["total"] == 17
    assert found["agents_total"] == 3
    assert found["by_level"] == {"debug": 1, "info": 7, "warn": 1, "error": 4, "critical": 4}
    assert found["by_agent"] == {names[0]: 7, names[2]: 1}
    assert found["agents"] == [
        {"agent_id": name, "total": sum(counts[name].values()), **counts[name]}
        for name in (names[0], names[2], names[1])
    ]


def test_an_exception_is_titled_typed_and_explained(client, loader, agent, trace_id):
    stack = (
        "Traceback (most recent call last):\n"
        '  File "/app/bot/orders.py", line 17, in place\n    send()\n'
        "KeyError: 'price'\n"
    )
    attributes = {
        "exception.type": "KeyError",
        "exception.message": "'price'",
        "exception.stacktrace": stack,
        "spanlog.trace_id.form": "uuid",
    }
    loader.logs(agent, [Log("\n  could not place the order  \nmore", 0, 17, trace_id, attributes=attributes)])
    loader.logs(
        agent,
        [
            Log(
                "",
                0,
                17,
                attributes={
                    **attributes,
                    "exception.type": "ValueError",
                    "exception.stacktrace": "",
                    "exception.message": "no\nprice",
                },
            )
        ],
    )
    found = summarize(client, agent_id=agent)
    by_type = {item["type"]: item for item in found["new"]}
    key_error = by_type["KeyError"]
    assert key_error["title"] == "could not place the order"
    assert key_error["why"]["rule"] == "exception"
    assert "orders.py:place" in key_error["why"]["parts"]
    assert key_error["sample_trace_id"] == str(uuid.UUID(trace_id))
    sample = client.get(f"/logs/{key_error['sample_id']}").json()
    assert sample["fingerprint"] == key_error["fingerprint"]
    assert by_type["ValueError"]["title"] == "ValueError: no"
    assert by_type["ValueError"]["sample_trace_id"] is None


def test_lists_are_bounded_and_totals_are_not(client, loader, agent):
    now = time.time_ns()
    logs = []
    for index in range(130):
        # Distinct without a digit in it: the message's numbers are masked.
        name = "".join(chr(ord("g") + int(digit)) for digit in f"{index:03}")
        logs.extend(Log(f"failure {name}", now - SECOND, 17) for _ in range(3 if index < 120 else 1))
    loader.logs(agent, logs)
    found = summarize(client, agent_id=agent)
    assert [found[f"{name}_total"] for name in LISTS] == [130, 130, 120]
    assert [len(found[name]) for name in LISTS] == [100, 100, 100]
    assert all(item["count"] == 3 for item in found["new"])


def test_an_empty_period_says_zero_everywhere(client, agent):
    found = summarize(client, agent_id=agent)
    assert found["total"] == 0
    assert set(found["by_level"].values()) == {0}
    assert found["by_agent"] == {}
    assert found["agents"] == []
    assert [found[name] for name in LISTS] == [[], [], []]
    assert [found[f"{name}_total"] for name in LISTS] == [0, 0, 0]


def test_the_period_is_by_default_the_last_24_hours(client, loader, agent):
    now = time.time_ns()
    loader.logs(agent, [Log("old", now - 25 * HOUR), Log("in", now - 23 * HOUR), Log("now", now)])
    before = time.time_ns()
    found = summarize(client, agent_id=agent)
    assert found["total"] == 2
    assert before <= parse_time(found["until"]) <= time.time_ns()
    assert parse_time(found["until"]) - parse_time(found["since"]) == 24 * HOUR


def test_a_period_that_reaches_back_before_1970_is_answered(client, agent):
    found = summarize(client, agent_id=agent, since="1970-01-01", until="2106-02-07")
    assert found["total"] == 0


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"recurring_min": 1}, "recurring_min"),
        ({"recurring_min": "x"}, "recurring_min"),
        ({"since": "9999-01-01"}, "since"),
        ({"since": "2026-11-20", "until": "2026-11-19"}, "since"),
        ({"since": "2105-01-01"}, "since"),
        ({"until": "1970-01-01"}, "since"),
        ({"agent_id": "\0"}, "agent_id"),
    ],
)
def test_a_mistake_is_422_and_names_its_parameter(client, parameters, field):
    answer = client.get("/logs/summary", params=parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
