"""A small chart for each error group, and groups that look alike."""

import time

import pytest
from query_api_telemetry import Log

from spanlog_query_api.models.errors import ErrorGroupPage
from spanlog_query_api.times import format_time

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
START = 1_795_000_000 * SECOND


@pytest.fixture
def fail(loader, agent):
    def fail(name, *times, agent_id=agent, severity=17, **attributes):
        loader.logs(
            agent_id,
            [
                Log(name, moment, severity, attributes={"spanlog.fingerprint": f"{agent} {name}", **attributes})
                for moment in times
            ],
        )

    return fail


def listed(client, **parameters):
    answer = client.get("/errors", params=parameters)
    assert answer.status_code == 200, answer.text
    ErrorGroupPage.model_validate(answer.json(), extra="forbid")
    return answer.json()


def counts(client, **parameters):
    return {item["title"]: item["bucket_counts"] for item in listed(client, **parameters)["items"]}


def test_a_chart_has_every_record_in_its_stretch_of_the_period(client, fail, agent):
    fail("a", START, START + HOUR - 1, START + HOUR, START + 4 * HOUR - 1)
    fail("b", START + 2 * HOUR, START - 1, START + 4 * HOUR)
    period = {"agent_id": agent, "since": format_time(START), "until": format_time(START + 4 * HOUR)}
    assert counts(client, buckets=4, **period) == {"a": [2, 1, 0, 1], "b": [0, 0, 1, 0]}
    page = listed(client, buckets=3, **period)
    assert page["charts"]["bucket_seconds"] == 4800
    assert sum(page["items"][0]["bucket_counts"]) == page["items"][0]["count"]


def test_a_chart_is_of_the_agent_and_level_that_were_asked_about(client, fail, agent):
    other = f"{agent}-2"
    fail("a", START, START + HOUR)
    fail("a", START + HOUR, agent_id=other, severity=21)
    period = {"since": format_time(START), "until": format_time(START + 2 * HOUR), "buckets": 2}
    assert counts(client, agent_id=agent, **period) == {"a": [1, 1]}
    assert counts(client, agent_id=other, **period) == {"a": [0, 1]}
    assert counts(client, agent_id=agent, level="critical", **period) == {}
    assert counts(client, agent_id=other, level="critical", **period) == {"a": [0, 1]}


def test_the_charts_of_all_time_begin_with_the_first_record_of_the_page(client, fail, agent):
    fail("a", START, time.time_ns() + HOUR)
    page = listed(client, agent_id=agent, buckets=10)
    (item,) = page["items"]
    assert page["charts"]["since"] == format_time(START)
    assert (item["bucket_counts"][0], item["bucket_counts"][-1], sum(item["bucket_counts"])) == (1, 1, 2)


def test_a_merged_group_has_one_chart(client, fail, agent):
    fail("a", START)
    fail("b", START + HOUR)
    into, part = sorted(listed(client, agent_id=agent)["items"], key=lambda item: item["title"])
    merge = {"into": into["fingerprint"], "fingerprints": [part["fingerprint"]]}
    assert client.post("/errors/merge", json=merge).status_code == 200
    period = {"since": format_time(START), "until": format_time(START + 2 * HOUR)}
    (item,) = listed(client, agent_id=agent, buckets=2, **period)["items"]
    assert item["bucket_counts"] == [1, 1]


def test_without_being_asked_for_there_is_no_chart(client, fail, agent):
    fail("a", START)
    page = listed(client, agent_id=agent)
    assert (page["charts"], page["items"][0]["bucket_counts"]) == (None, None)
    assert client.get("/errors", params={"buckets": 101}).status_code == 422


def test_groups_with_parts_in_common_are_similar_the_most_alike_first(client, loader, agent):
    def frames(*names):
        lines = "".join(f'  File "/srv/{agent}/{name}.py", line 3, in {name}\n    {name}()\n' for name in names)
        return f"Traceback (most recent call last):\n{lines}{agent}Error: no\n"

    for message, stack in (("one", frames("a", "b", "c")), ("two", frames("a", "b", "d")), ("far", frames("x"))):
        loader.logs(
            agent,
            [Log(message, START, 17, attributes={"exception.type": f"{agent}Error", "exception.stacktrace": stack})],
        )
    groups = {item["title"]: item for item in listed(client, agent_id=agent)["items"]}
    assert len(groups) == 3
    answer = client.get(f"/errors/{groups['one']['fingerprint']}/similar")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert next(item["title"] for item in found if item["agents"] == [agent]) == "two"
    assert all(0.2 <= item["similarity"] < 1 for item in found)
    assert groups["one"]["fingerprint"] not in {item["fingerprint"] for item in found}
    assert client.get("/errors/0123456789abcdef/similar").status_code == 404


def test_groups_of_much_the_same_message_are_similar(client, loader, agent):
    for message in (f"no {agent} quote for ETH", f"no {agent} quote for BTC", "something else entirely"):
        loader.logs(agent, [Log(message, START, 17)])
    groups = {item["title"]: item for item in listed(client, agent_id=agent)["items"]}
    found = client.get(f"/errors/{groups[f'no {agent} quote for ETH']['fingerprint']}/similar").json()
    assert [item["title"] for item in found if item["agents"] == [agent]] == [f"no {agent} quote for BTC"]
