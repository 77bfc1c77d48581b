"""What a query can ask by, and all that a record came with: compared with what was logged."""

import time

from query_api_telemetry import Log

from spanlog_query_api.search.fields import field_names
from spanlog_query_api.search.known_fields import KNOWN_FIELDS

SECOND = 1_000_000_000


def test_every_field_of_the_language_is_listed_once():
    listed = [name for field in KNOWN_FIELDS for name in (field.name, *field.aliases)]
    assert sorted(listed) == field_names()


def test_a_field_that_says_it_has_a_facet_has_one(client, post, agent, trace_id):
    post(agent_id=agent, level="error", category="c", session_key="s", source="src", trace_id=trace_id)
    names = [field.name for field in KNOWN_FIELDS if field.has_facet]
    answer = client.get("/logs/facets", params={"agent_id": agent, "field": names}).json()
    filled = {facet["field"] for facet in answer["facets"] if facet["values"]}
    # What was posted is no event.
    assert set(names) - filled <= {"event", "logger"}


def test_attributes_are_listed_by_how_many_records_have_them(client, loader, agent):
    now = time.time_ns()
    loader.logs(
        agent,
        [Log("a", now - SECOND, attributes={"order": "1", "pair": "x"}), Log("b", now, attributes={"order": "2"})],
    )
    answer = client.get("/logs/fields", params={"q": f"agent_id:{agent}"}).json()
    counts = {each["name"]: each["count"] for each in answer["attributes"]}
    assert counts["order"] == 2
    assert counts["pair"] == 1
    assert not any(name.startswith("spanlog.") for name in counts)
    assert [each["count"] for each in answer["attributes"]] == sorted(counts.values(), reverse=True)
    few = client.get("/logs/fields", params={"q": f"agent_id:{agent} pair:x", "limit": 1}).json()
    assert len(few["attributes"]) <= 1


def test_a_query_that_is_none_is_refused_with_its_place(client):
    answer = client.get("/logs/fields", params={"q": "level:grave"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["position"] == 6


def test_a_record_tells_all_that_it_came_with(client, loader, agent):
    loader.logs(agent, [Log("a", time.time_ns(), 17, attributes={"order": "1", "spanlog.category": "trade"})])
    found = client.get("/logs", params={"agent_id": agent}).json()["items"][0]
    answer = client.get(f"/logs/{found['id']}/attributes").json()
    assert answer["id"] == found["id"]
    # What has a field of its own is here as it was sent.
    assert answer["attributes"] == {"order": "1", "spanlog.category": "trade"}
    assert agent in answer["resource"].values()
    assert answer["severity_number"] == 17
    assert answer["ingested_at"] > "2020"


def test_a_record_that_is_not_there_has_no_attributes(client):
    assert client.get("/logs/019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60/attributes").status_code == 404
