"""From a pattern to its records: its sample, ``pattern`` as a filter, and pages of patterns."""

import time
import uuid

import pytest
from query_api_serving import serving
from query_api_telemetry import Log

from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.patterns.memory import PatternMemory
from spanlog_query_api.search.conditions import OfPattern, render
from spanlog_query_api.times import format_time

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
NAMES = ["alice", "bob", "carol", "dave", "eve"]


def ask(client, path, **parameters):
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def logged(loader, agent):
    """Records of three patterns, one of five shapes; the words are this test's own."""
    word = "".join(chr(97 + int(digit, 16)) for digit in uuid.uuid4().hex[:10])
    now = time.time_ns() - 10 * SECOND
    messages = [f"{word} opened for user {name} by cron" for name in NAMES]
    messages += [f"{word} took 5 ms", f"{word} took 70 ms", f"{word} is done"]
    loader.logs(agent, [Log(message, now + index, 9 + 8 * (index == 7)) for index, message in enumerate(messages)])
    return word, messages


def patterns(client, agent, **parameters):
    return {item["template"]: item for item in ask(client, "/patterns", agent_id=agent, **parameters)["items"]}


def test_a_patterns_records_are_found_on_every_route_that_takes_the_filters(client, agent, logged):
    word, messages = logged
    found = patterns(client, agent)[f"{word} opened for user <*> by cron"]
    assert found["shapes_total"] == 5
    of_pattern = {"pattern": found["pattern"], "agent_id": agent}
    assert {item["message"] for item in ask(client, "/logs", **of_pattern)["items"]} == set(messages[:5])
    assert ask(client, "/logs", **of_pattern)["total"] == 5
    assert ask(client, "/logs/histogram", **of_pattern)["total"] == 5
    (facet,) = ask(client, "/logs/facets", field="agent_id", **of_pattern)["facets"]
    assert facet["values"] == [{"value": agent, "count": 5}]
    exported = client.get("/logs/export", params=of_pattern)
    assert len(exported.text.splitlines()) == 5


def test_the_query_language_knows_patterns(client, agent, logged):
    word, messages = logged
    found = patterns(client, agent)
    users, took = (found[f"{word} {rest}"]["pattern"] for rest in ("opened for user <*> by cron", "took <*>"))

    def said(q):
        return {item["message"] for item in ask(client, "/logs", agent_id=agent, q=q)["items"]}

    assert said(f"pattern:{took.upper()}") == set(messages[5:7])
    assert said(f"pattern:({users} {took})") == set(messages[:7])
    assert said(f"-pattern:{users} {word}") == set(messages[5:])
    assert said(f"pattern:{users} alice") == {messages[0]}


def test_an_unknown_pattern_is_404(client):
    pattern = uuid.uuid4().hex[:16]
    for path, parameters in (
        ("/logs", {"pattern": pattern}),
        ("/logs", {"q": f"pattern:{pattern}"}),
        ("/logs/histogram", {"pattern": pattern}),
        ("/logs/facets", {"pattern": pattern}),
        ("/logs/export", {"pattern": pattern}),
        ("/logs/tail", {"pattern": pattern}),
    ):
        response = client.get(path, params=parameters)
        assert response.status_code == 404, (path, response.text)
        assert "GET /patterns" in response.json()["detail"]


@pytest.mark.parametrize("pattern", ["x", "' OR 1=1", "00c3d1a5b7e9f20", "00c3d1a5b7e9f2041"])
def test_what_is_no_patterns_id_is_422(client, pattern):
    response = client.get("/logs", params={"pattern": pattern})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "pattern")
    problem = client.get("/logs", params={"q": 'pattern:"' + pattern + '"'}).json()
    assert (problem["status"], problem["errors"][0]["position"]) == (422, 8)


def test_an_api_that_was_started_again_finds_a_pattern_too(client, store, agent, logged):
    word, messages = logged
    pattern = patterns(client, agent)[f"{word} opened for user <*> by cron"]["pattern"]
    with serving(create_app(ApiConfig(), store, None)) as other:
        found = ask(other, "/logs", pattern=pattern, agent_id=agent)
        assert {item["message"] for item in found["items"]} == set(messages[:5])


def test_shapes_of_the_pattern_that_came_at_other_times_are_found_too(client, loader, agent, logged):
    word, _ = logged
    long_ago = time.time_ns() - 300 * HOUR
    loader.logs(agent, [Log(f"{word} opened for user mallory by cron", long_ago)])
    pattern = patterns(client, agent)[f"{word} opened for user <*> by cron"]["pattern"]
    assert ask(client, "/logs", pattern=pattern, agent_id=agent)["total"] == 6
    until = format_time(long_ago + SECOND)
    found = ask(client, "/logs", pattern=pattern, agent_id=agent, since=format_time(long_ago), until=until)
    # In that time alone, the name is no more than a word; nothing says otherwise before something did.
    assert found["total"] in {0, 1}


def test_shapes_that_nobody_looked_up_are_never_asked_for():
    with pytest.raises(ValueError, match="have not been looked up"):
        render(OfPattern("00c3d1a5b7e9f204"))


def test_a_sample_is_the_last_of_the_records_that_are_counted(client, loader, agent, logged):
    word, messages = logged
    for template, index in (("opened for user <*> by cron", 4), ("took <*>", 6), ("is done", 7)):
        sample = patterns(client, agent)[f"{word} {template}"]["sample_id"]
        assert ask(client, f"/logs/{sample}")["message"] == messages[index]
    (done,) = patterns(client, agent, level="error").values()
    assert ask(client, f"/logs/{done['sample_id']}")["message"] == messages[7]
    # Of a vanished one, the last of the period before.
    loader.logs(agent, [Log(f"{word} gone for good", time.time_ns() - 30 * HOUR)])
    (gone,) = ask(client, "/patterns", agent_id=agent)["vanished"]
    assert ask(client, f"/logs/{gone['sample_id']}")["message"] == f"{word} gone for good"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_have_each_pattern_once(client, loader, agent, logged, limit):
    whole = [item["pattern"] for item in ask(client, "/patterns", agent_id=agent)["items"]]
    assert len(whole) == 3
    found, cursor = [], ""
    while cursor is not None:
        page = ask(client, "/patterns", agent_id=agent, limit=limit, cursor=cursor)
        found += [item["pattern"] for item in page["items"]]
        cursor = page["next_cursor"]
        # What comes meanwhile lies after the period of the first page.
        loader.logs(agent, [Log("something else entirely happened")])
    assert found == whole


@pytest.mark.parametrize("parameters", [{"cursor": "x"}, {"cursor": "WyJwYXR0ZXJucyIsMCwxLDAsIngiXQ"}])
def test_a_cursor_that_is_none_is_422(client, parameters):
    response = client.get("/patterns", params=parameters)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "cursor")


def test_what_is_remembered_of_patterns_is_bounded(monkeypatch):
    monkeypatch.setattr("spanlog_query_api.patterns.memory._MAX_PATTERNS", 2)
    memory = PatternMemory()
    for pattern, shape in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        memory.remember(pattern, [shape])
    assert (memory.shapes_of("a"), memory.shapes_of("b"), memory.shapes_of("c")) == ([1, 3], [], [4])
