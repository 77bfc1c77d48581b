"""What is posted is what is read, field by field."""

import asyncio
import time
import uuid

import pytest
from query_api_serving import serving

from spanlog_query_api import ApiConfig, IngestUnavailableError, create_app
from spanlog_query_api.metadata import MAX_DEPTH
from spanlog_query_api.models.entries import Entry
from spanlog_query_api.times import parse_time


def test_an_entry_with_every_field_comes_back_field_by_field(client, agent):
    trace, parent = str(uuid.uuid4()), str(uuid.uuid4())
    metadata = {
        "order": 17,
        "price": 0.1,
        "retry": False,
        "nothing": None,
        "text": "x",
        "nested": {"list": [1, "two", None, {"three": 3.5}]},
        "empty": {},
        "huge": 2**70,
        "Ключ": "значение",
    }
    posted = {
        "agent_id": agent,
        "message": "order 17 failed\nsecond line ✓",
        "level": "critical",
        "category": "trading",
        "session_key": "run-42",
        "source": "bot",
        "metadata": metadata,
        "trace_id": trace,
        "parent_id": parent,
    }
    before = time.time_ns()
    answer = client.post("/logs", json=posted)
    after = time.time_ns()
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "created_at"}
    assert uuid.UUID(answer.json()["id"]).version == 7
    assert before <= parse_time(answer.json()["created_at"]) <= after
    entry = client.get("/logs", params={"agent_id": agent}).json()["items"][0]
    fingerprint = entry.pop("fingerprint")
    assert len(fingerprint) == 16
    assert int(fingerprint, 16) > 0
    assert entry == {
        **posted,
        **answer.json(),
        "span_id": None,
        "resolved": False,
        "resolved_by": None,
        "resolved_at": None,
        "logger": None,
    }
    assert client.get(f"/logs/{answer.json()['id']}").json() == {**entry, "fingerprint": fingerprint}


def test_the_smallest_entry_gets_the_contracts_defaults(client, agent):
    answer = client.post("/logs", json={"agent_id": agent, "message": "m"}).json()
    entry = client.get(f"/logs/{answer['id']}").json()
    assert entry == {
        **answer,
        "agent_id": agent,
        "level": "info",
        "message": "m",
        "category": None,
        "session_key": None,
        "source": "api",
        "metadata": {},
        "trace_id": None,
        "span_id": None,
        "parent_id": None,
        "resolved": False,
        "resolved_by": None,
        "resolved_at": None,
        "fingerprint": None,
        "logger": None,
    }
    assert Entry.model_fields.keys() == entry.keys()


def test_null_is_the_same_as_absent_where_a_field_is_optional(client, agent):
    optional = dict.fromkeys(("category", "session_key", "metadata", "trace_id", "parent_id"))
    answer = client.post("/logs", json={"agent_id": agent, "message": "m", **optional})
    assert answer.status_code == 201
    assert client.get(f"/logs/{answer.json()['id']}").json()["category"] is None


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("debug", "debug"),
        ("INFO", "info"),
        ("Warning", "warn"),
        ("warn", "warn"),
        ("error", "error"),
        ("FATAL", "critical"),
        ("critical", "critical"),
    ],
)
def test_levels_are_taken_in_any_case_and_by_their_other_names(post, client, agent, given, stored):
    answer = post(agent_id=agent, level=given)
    assert client.get(f"/logs/{answer['id']}").json()["level"] == stored
    assert client.get("/logs", params={"agent_id": agent, "level": given}).json()["total"] == 1


def test_a_trace_id_comes_back_as_it_was_spelled(post, client, agent):
    trace = uuid.uuid4()
    dashed = post(agent_id=agent, trace_id=str(trace).upper())
    plain = post(agent_id=agent, trace_id=trace.hex)
    assert client.get(f"/logs/{dashed['id']}").json()["trace_id"] == str(trace)
    assert client.get(f"/logs/{plain['id']}").json()["trace_id"] == trace.hex
    for spelling in (str(trace), trace.hex, trace.hex.upper()):
        assert client.get("/logs", params={"trace_id": spelling, "agent_id": agent}).json()["total"] == 2


def test_metadata_under_reserved_names_changes_no_field_and_comes_back(post, client, agent):
    metadata = {
        "session.id": "not-the-session",
        "log.record.uid": "not-the-id",
        "gen_ai.agent.id": "not-the-agent",
        "spanlog.source": "not-the-source",
        "spanlog.metadata": '{"not": "it"}',
        "spanlog.parent_id": "nobody",
    }
    answer = post(agent_id=agent, metadata=metadata)
    entry = client.get(f"/logs/{answer['id']}").json()
    assert entry["metadata"] == metadata
    assert (entry["agent_id"], entry["source"], entry["session_key"], entry["parent_id"]) == (agent, "api", None, None)


def test_a_program_groups_its_errors_by_a_fingerprint_of_its_own(post, client, agent):
    first = post(agent_id=agent, level="error", message="a", metadata={"spanlog.fingerprint": "same"})
    second = post(
        agent_id=agent, level="error", message="completely different", metadata={"spanlog.fingerprint": "same"}
    )
    found = [client.get(f"/logs/{answer['id']}").json()["fingerprint"] for answer in (first, second)]
    assert found[0] == found[1]


def test_metadata_at_the_greatest_depth_is_stored(post, client, agent):
    value: object = "bottom"
    for _ in range(MAX_DEPTH - 1):
        value = {"in": value}
    answer = post(agent_id=agent, metadata={"deep": value})
    assert client.get(f"/logs/{answer['id']}").json()["metadata"] == {"deep": value}


def test_a_batch_is_stored_whole_and_in_order(client, agent):
    other = f"{agent}-other"
    entries = [{"agent_id": agent if index % 2 else other, "message": f"m{index}"} for index in range(25)]
    answer = client.post("/logs/batch", json=entries)
    assert (answer.status_code, answer.json()) == (201, {"inserted": 25})
    odd = client.get("/logs", params={"agent_id": agent}).json()
    assert odd["total"] == 12
    assert [item["message"] for item in odd["items"]] == [f"m{index}" for index in range(23, 0, -2)]
    assert client.get("/logs", params={"agent_id": other}).json()["total"] == 13


def test_an_empty_batch_inserts_nothing(client):
    answer = client.post("/logs/batch", json=[])
    assert (answer.status_code, answer.json()) == (201, {"inserted": 0})


def test_a_batch_with_one_mistake_stores_nothing_and_names_it(client, agent):
    entries = [{"agent_id": agent, "message": "m"} for _ in range(5)]
    answer = client.post("/logs/batch", json=[*entries, {"agent_id": agent, "message": "m", "level": "loud"}])
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["[5].level"]
    assert client.get("/logs", params={"agent_id": agent}).json()["total"] == 0


def test_a_batch_of_more_than_ten_thousand_is_refused_and_of_ten_thousand_taken(client, agent):
    entries = [{"agent_id": agent, "message": "m"}] * 10_001
    assert client.post("/logs/batch", json=entries).status_code == 422
    answer = client.post("/logs/batch", json=entries[:10_000])
    assert (answer.status_code, answer.json()) == (201, {"inserted": 10_000})
    assert client.get("/logs", params={"agent_id": agent, "limit": 1}).json()["total"] == 10_000


def test_ten_thousand_mistakes_are_answered_with_the_first_hundred(client):
    answer = client.post("/logs/batch", json=[{}] * 10_000)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agent_id": None}, "agent_id"),
        ({"agent_id": ""}, "agent_id"),
        ({"agent_id": "  "}, "agent_id"),
        ({"agent_id": "a" * 65}, "agent_id"),
        ({"agent_id": 7}, "agent_id"),
        ({"agent_id": "a\0b"}, "agent_id"),
        ({"message": None}, "message"),
        ({"message": 7}, "message"),
        ({"message": "a\0b"}, "message"),
        ({"message": "m" * (1024 * 1024 + 1)}, "message"),
        ({"level": "loud"}, "level"),
        ({"level": 3}, "level"),
        ({"category": "c" * 257}, "category"),
        ({"session_key": ["s"]}, "session_key"),
        ({"source": "\0"}, "source"),
        ({"metadata": [1]}, "metadata"),
        ({"metadata": "text"}, "metadata"),
        ({"metadata": {"k": "\0"}}, "metadata"),
        ({"metadata": {"\0": 1}}, "metadata"),
        ({"metadata": {"k" * 257: 1}}, "metadata"),
        ({"metadata": {str(index): index for index in range(1001)}}, "metadata"),
        ({"metadata": {"k": "x" * 1024 * 1024}}, "metadata"),
        ({"trace_id": "not-a-uuid"}, "trace_id"),
        ({"trace_id": "0" * 32}, "trace_id"),
        ({"trace_id": 5}, "trace_id"),
        ({"parent_id": "not-a-uuid"}, "parent_id"),
    ],
)
def test_a_mistake_is_answered_with_422_and_its_field(client, agent, change, field):
    answer = client.post("/logs", json={"agent_id": agent, "message": "m", **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("missing", ["agent_id", "message"])
def test_a_missing_field_is_named(client, agent, missing):
    body = {"agent_id": agent, "message": "m"}
    del body[missing]
    answer = client.post("/logs", json=body)
    assert [error["field"] for error in answer.json()["errors"]] == [missing]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b'{"agent_id": "a", "message": "m", "metadata": {"x": NaN}}',
        b'{"agent_id": "a", "message": "m", "metadata": {"x": Infinity}}',
        b'{"agent_id": "a", "message": "m", "metadata": {"x": 1e999}}',
        b'{"agent_id": "a", "message": "\\ud800"}',
        b'{"agent_id": "a", "message": "m", "metadata": {"\\udfff": 1}}',
        b'{"agent_id": "a", "message": "\xff"}',
        b'{"agent_id": "a", "message": "m", "metadata": {"x": ' + b"9" * 5000 + b"}}",
        b'{"agent_id": "a", "message": "m", "metadata": {"x": ' + b"[" * 30 + b"]" * 30 + b"}}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        '{"agent_id": "a", "message": "m"}'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("path", ["/logs", "/logs/batch"])
def test_a_body_that_is_not_the_contracts_json_is_422(client, body, path):
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    if path == "/logs/batch" and body == b"[]":
        assert answer.status_code == 201
        return
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def test_a_body_of_another_type_is_not_read_as_json(client, agent):
    # What a page elsewhere may send here without being asked for leave.
    body = f'{{"agent_id": "{agent}", "message": "m"}}'
    answer = client.post("/logs", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert client.get("/logs", params={"agent_id": agent}).json()["total"] == 0


def test_a_record_that_cannot_be_taken_is_503_with_retry_after(store, agent):
    async def ingest(_request: bytes) -> None:
        raise IngestUnavailableError("the journal is full", retry_after_seconds=7)

    with serving(create_app(ApiConfig(), store, ingest)) as client:
        answer = client.post("/logs", json={"agent_id": agent, "message": "m"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["detail"] == "the journal is full"


def test_the_answer_waits_until_the_record_is_durable(store, agent):
    events = []

    async def ingest(_request: bytes) -> None:
        await asyncio.sleep(0.05)
        events.append("durable")

    with serving(create_app(ApiConfig(), store, ingest)) as client:
        client.post("/logs", json={"agent_id": agent, "message": "m"})
        events.append("answered")
    assert events == ["durable", "answered"]
