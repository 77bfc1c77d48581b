"""Who logs: newest first, with rate, errors and sessions of the last day, and who has fallen silent."""

import time

import pytest
from query_api_telemetry import Log

from spanlog_query_api.agents import _silence
from spanlog_query_api.models.agents import Agent
from spanlog_query_api.times import format_time

MINUTE = 60 * 1_000_000_000
HOUR = 60 * MINUTE


def mine(client, agent):
    answer = client.get("/logs/agents")
    assert answer.status_code == 200
    for item in answer.json():
        Agent.model_validate(item, extra="forbid")
    activity = [item["last_activity"] for item in answer.json()]
    assert activity == sorted(activity, reverse=True)
    return [item for item in answer.json() if item["agent_id"].startswith(agent)]


def test_agents_come_by_last_activity_with_what_they_did_in_24_hours(client, loader, agent):
    now = time.time_ns()
    first, second = f"{agent}-1", f"{agent}-2"
    logs = [
        (now - HOUR, 17, "s1"),
        (now - 2 * HOUR, 9, "s2"),
        (now - 23 * HOUR, 21, "s2"),
        (now - 24 * HOUR - MINUTE, 17, "s3"),
        (now - 50 * HOUR, 17, "s4"),
    ]
    loader.logs(first, [Log("a", moment, level, attributes={"session.id": key}) for moment, level, key in logs])
    loader.logs(second, [Log("a", now - 2 * HOUR)])
    items = mine(client, agent)
    assert [item["agent_id"] for item in items] == [first, second]
    wanted = {"last_activity": format_time(now - HOUR), "total": 5, "records_24h": 3, "errors_24h": 2}
    assert {key: items[0][key] for key in wanted} == wanted
    assert items[0]["rate_per_minute"] == pytest.approx(3 / 1440)
    assert items[0]["error_rate"] == pytest.approx(2 / 3)
    # Sessions are counted in whole five minutes: one that began a minute too early may be among them.
    assert items[0]["sessions_24h"] in {2, 3}
    assert (items[1]["errors_24h"], items[1]["error_rate"], items[1]["sessions_24h"]) == (0, 0.0, 0)
    assert 3600 <= items[0]["silent_seconds"] < 3600 + 600


def test_an_agent_is_silent_when_it_says_nothing_for_longer_than_usual(client, loader, agent):
    now = time.time_ns()
    for name, gap, last in (("often", 10, 45), ("seldom", 60, 45), ("now", 10, 2), ("new", 10, 300)):
        count = 2 if name == "new" else 12
        moments = [now - (last + gap * index) * MINUTE for index in range(count)]
        loader.logs(f"{agent}-{name}", [Log("beat", moment) for moment in moments])
    items = {item["agent_id"].removeprefix(f"{agent}-"): item for item in mine(client, agent)}
    assert {name: item["is_silent"] for name, item in items.items()} == {
        "often": True,
        "seldom": False,
        "now": False,
        "new": False,
    }
    assert items["often"]["usual_gap_seconds"] == pytest.approx(600)
    assert items["new"]["usual_gap_seconds"] is None


def test_what_is_usual_is_worked_out_again_when_an_agent_is_new(client, loader, agent, monkeypatch):
    now = time.time_ns()
    monkeypatch.setattr("spanlog_query_api.agents.time.time_ns", lambda: now)
    loader.logs(f"{agent}-first", [Log("beat", now - index * 10 * MINUTE) for index in range(1, 9)])
    (first,) = mine(client, agent)
    assert first["usual_gap_seconds"] == pytest.approx(600)
    loader.logs(f"{agent}-second", [Log("beat", now - index * 20 * MINUTE) for index in range(1, 9)])
    items = mine(client, agent)
    assert [item["usual_gap_seconds"] for item in items] == [pytest.approx(600), pytest.approx(1200)]


@pytest.mark.parametrize(
    ("silent", "usual", "is_longer"),
    [(299, 1, False), (301, 1, True), (301, 101, False), (304, 101, True), (1e9, None, False)],
)
def test_silent_is_over_three_usual_gaps_and_over_five_minutes(silent, usual, is_longer):
    assert _silence(silent, usual).is_longer is is_longer
