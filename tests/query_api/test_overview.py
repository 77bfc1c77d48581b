"""Histogram, facets and context: compared with what was logged."""

import random
import time

import pytest
from query_api_telemetry import Log

from spanlog_query_api.histograms import choose_interval
from spanlog_query_api.times import format_time, parse_time

SECOND = 1_000_000_000
LEVELS = {"debug": 5, "info": 9, "warn": 13, "error": 17, "critical": 21}


def test_a_histogram_counts_each_record_once_to_the_nanosecond(client, loader, agent):
    since = (time.time_ns() // SECOND) * SECOND - 3_600 * SECOND + 17
    until = since + 600 * SECOND
    chosen = random.Random(7)
    times = [since - 1, since, until - 1, until, *(chosen.randrange(since, until) for _ in range(200))]
    levels = [chosen.choice(list(LEVELS)) for _ in times]
    loader.logs(agent, [Log("x", moment, LEVELS[level]) for moment, level in zip(times, levels, strict=True)])
    answer = client.get(
        "/logs/histogram",
        params={"agent_id": agent, "since": format_time(since), "until": format_time(until), "bars": 50},
    ).json()
    assert answer["interval_seconds"] == 15
    assert answer["total"] == 202
    assert 1 <= len(answer["bars"]) <= 50
    starts = [parse_time(bar["start"]) for bar in answer["bars"]]
    assert starts == list(range(starts[0], starts[-1] + 1, 15 * SECOND))
    for start, bar in zip(starts, answer["bars"], strict=True):
        inside = [
            level
            for moment, level in zip(times, levels, strict=True)
            if max(start, since) <= moment < min(start + 15 * SECOND, until)
        ]
        assert bar["total"] == len(inside)
        assert {level: bar[level] for level in LEVELS} == {level: inside.count(level) for level in LEVELS}


@pytest.mark.parametrize(
    ("length", "bars", "expected"),
    [(1, 1, 1_000_000), (60 * SECOND, 60, SECOND), (86_400 * SECOND, 60, 1_800 * SECOND), (SECOND, 10, SECOND // 10)],
)
def test_an_interval_is_one_that_people_know(length, bars, expected):
    assert choose_interval(0, length, bars) == expected


def test_the_longest_period_has_an_interval(client, agent):
    answer = client.get("/logs/histogram", params={"agent_id": agent, "since": "1970-01-01", "bars": 1}).json()
    assert len(answer["bars"]) == 1
    answer = client.get(
        "/logs/histogram", params={"agent_id": agent, "since": "1970-01-01", "until": "2106-02-07", "bars": 1000}
    ).json()
    assert 0 < len(answer["bars"]) <= 1000


def test_facets_count_the_values_of_fields_and_attributes(client, loader, agent):
    logs = [
        Log("x", time.time_ns(), LEVELS[level], "", "", {"chain": chain, "level": "own"})
        for level, chain in [("error", "eth"), ("error", "eth"), ("info", "sol"), ("info", "")]
    ]
    loader.logs(agent, logs)
    answer = client.get(
        "/logs/facets", params={"agent_id": agent, "field": ["level", "chain", "attr.level", "nothing", "agent_id"]}
    ).json()
    assert answer["facets"] == [
        {
            "field": "level",
            "values": [{"value": "error", "count": 2}, {"value": "info", "count": 2}],
            "is_complete": True,
        },
        {"field": "chain", "values": [{"value": "eth", "count": 2}, {"value": "sol", "count": 1}], "is_complete": True},
        {"field": "attr.level", "values": [{"value": "own", "count": 4}], "is_complete": True},
        {"field": "nothing", "values": [], "is_complete": True},
        {"field": "agent_id", "values": [{"value": agent, "count": 4}], "is_complete": True},
    ]
    bounded = client.get("/logs/facets", params={"agent_id": agent, "field": "chain", "limit": 1, "q": "x"}).json()
    assert bounded["facets"] == [
        {"field": "chain", "values": [{"value": "eth", "count": 2}], "is_complete": False},
    ]
    usual = client.get("/logs/facets", params={"agent_id": agent}).json()
    assert [facet["field"] for facet in usual["facets"]] == ["agent_id", "level", "category", "source"]


def test_context_is_what_the_same_agent_logged_around_it(client, loader, agent):
    now = time.time_ns()
    loader.logs(agent, [Log(str(number), now) for number in range(3)])
    loader.logs(agent, [Log(f"before {number}", now - number) for number in range(1, 5)])
    loader.logs(agent, [Log(f"after {number}", now + number) for number in range(1, 5)])
    loader.logs(f"{agent}-other", [Log("other", now)])
    in_order = client.get("/logs", params={"agent_id": agent}).json()["items"][::-1]
    assert len(in_order) == 11
    for index, entry in enumerate(in_order):
        context = client.get(f"/logs/{entry['id']}/context", params={"before": 3, "after": 2}).json()
        assert context["entry"] == entry
        assert context["before"] == in_order[max(0, index - 3) : index]
        assert context["after"] == in_order[index + 1 : index + 3]
    assert client.get(f"/logs/{in_order[5]['id']}/context", params={"before": 0, "after": 0}).json() == {
        "before": [],
        "entry": in_order[5],
        "after": [],
    }


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("/logs/histogram", {"bars": 0}, "bars"),
        ("/logs/histogram", {"bars": 1001}, "bars"),
        ("/logs/histogram", {"since": "2026-11-20", "until": "2026-11-20"}, "since"),
        ("/logs/histogram", {"q": "("}, "q"),
        ("/logs/facets", {"limit": 0}, "limit"),
        ("/logs/facets", {"field": "\0"}, "field[0]"),
        ("/logs/facets", {"field": [f"f{number}" for number in range(21)]}, "field"),
        ("/logs/x/context", {"before": -1}, "before"),
        ("/logs/x/context", {"after": 501}, "after"),
    ],
)
def test_a_mistake_is_422_and_names_its_parameter(client, path, parameters, field):
    response = client.get(path, params=parameters)
    assert response.status_code == 422, response.text
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_the_context_of_an_unknown_record_is_404(client):
    assert client.get("/logs/nothing/context").status_code == 404
