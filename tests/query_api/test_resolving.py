"""Saying that records were dealt with: once, by the first, and counted right."""

import asyncio
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from query_api_serving import serving
from query_api_telemetry import Log

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage.tables import LOG_RESOLUTION_COLUMNS, LOG_RESOLUTIONS
from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.times import parse_time


def test_a_resolved_record_says_who_and_when(client, post, agent):
    answer = post(agent_id=agent, level="error")
    before = time.time_ns() // 1_000_000
    resolved = client.patch(f"/logs/{answer['id']}/resolve", json={"resolved_by": "ana"})
    assert resolved.status_code == 200
    entry = resolved.json()
    assert (entry["resolved"], entry["resolved_by"]) == (True, "ana")
    assert before <= parse_time(entry["resolved_at"]) // 1_000_000 <= time.time_ns() // 1_000_000
    assert client.get(f"/logs/{answer['id']}").json() == entry


def test_resolving_twice_keeps_the_first(client, post, agent):
    answer = post(agent_id=agent)
    first = client.patch(f"/logs/{answer['id']}/resolve", json={"resolved_by": "zoe"}).json()
    second = client.patch(f"/logs/{answer['id']}/resolve", json={"resolved_by": "ana"})
    assert (second.status_code, second.json()) == (200, first)


def test_of_many_who_resolve_at_once_one_stays(client, post, agent):
    answer = post(agent_id=agent)
    start = threading.Barrier(8)

    def resolve(number):
        start.wait()
        return client.patch(f"/logs/{answer['id']}/resolve", json={"resolved_by": f"n{number}"}).json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(resolve, range(8)))
    assert len({entry["resolved_by"] for entry in answers}) == 1
    assert client.get(f"/logs/{answer['id']}").json() == answers[0]


def test_the_filter_tells_resolved_from_unresolved(client, post, agent):
    answers = [post(agent_id=agent, message=f"m{index}") for index in range(3)]
    client.patch(f"/logs/{answers[1]['id']}/resolve", json={"resolved_by": "ana"})

    def found(resolved):
        items = client.get("/logs", params={"agent_id": agent, "resolved": resolved}).json()
        assert items["total"] == len(items["items"])
        return [item["message"] for item in items["items"]]

    assert found("true") == ["m1"]
    assert found("false") == ["m2", "m0"]


def test_a_record_is_resolved_by_its_senders_id(client, loader, agent):
    uid = f"order/{agent}".replace("/", "-")
    loader.logs(agent, [Log("mine", attributes={"log.record.uid": uid})])
    assert client.patch(f"/logs/{uid}/resolve", json={"resolved_by": "ana"}).json()["message"] == "mine"
    assert client.get(f"/logs/{uid}").json()["resolved"] is True


def test_a_batch_counts_records_that_exist_and_were_not_resolved_once(client, post, agent):
    ids = [post(agent_id=agent)["id"] for _ in range(4)]
    client.patch(f"/logs/{ids[0]}/resolve", json={"resolved_by": "ana"})
    asked = [*ids[:3], ids[1], ids[1].upper(), str(uuid.uuid4())]
    answer = client.post("/logs/resolve-batch", json={"ids": asked, "resolved_by": "bo"})
    assert (answer.status_code, answer.json()) == (200, {"resolved": 2})
    assert [client.get(f"/logs/{log_id}").json()["resolved_by"] for log_id in ids] == ["ana", "bo", "bo", None]
    assert client.post("/logs/resolve-batch", json={"ids": asked, "resolved_by": "bo"}).json() == {"resolved": 0}


def test_ten_thousand_ids_are_resolved_at_once_and_more_are_refused(client, agent):
    client.post("/logs/batch", json=[{"agent_id": agent, "message": "m"}] * 2_500)
    ids = []
    for offset in range(0, 3000, 1000):
        page = client.get("/logs", params={"agent_id": agent, "limit": 1000, "offset": offset}).json()
        ids.extend(item["id"] for item in page["items"])
    asked = ids + [str(uuid.uuid4()) for _ in range(7_500)]
    answer = client.post("/logs/resolve-batch", json={"ids": asked, "resolved_by": "ana"})
    assert answer.json() == {"resolved": 2_500}
    more = client.post("/logs/resolve-batch", json={"ids": [*asked, asked[0]], "resolved_by": "ana"})
    assert more.status_code == 422
    assert more.json()["errors"][0]["field"] == "ids"


def test_no_ids_resolve_nothing(client):
    assert client.post("/logs/resolve-batch", json={"ids": [], "resolved_by": "ana"}).json() == {"resolved": 0}


@pytest.mark.parametrize("path", ["/logs/{}/resolve", "/logs/resolve-batch"])
def test_a_record_that_is_not_loaded_yet_is_waited_for(store, loader, agent, path):
    """As with the journal: the answer comes when the record is durable, the row a moment later."""
    loading = []

    async def ingest(request: bytes) -> None:
        async def load_later() -> None:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(loader.load, LOGS, request)

        loading.append(asyncio.create_task(load_later()))

    app = create_app(ApiConfig(visible_wait_seconds=30), store, ingest)
    with serving(app) as client:
        answer = client.post("/logs", json={"agent_id": agent, "message": "m"}).json()
        if path == "/logs/resolve-batch":
            body = {"ids": [answer["id"]], "resolved_by": "ana"}
            assert client.post(path, json=body).json() == {"resolved": 1}
        else:
            resolved = client.patch(path.format(answer["id"]), json={"resolved_by": "ana"})
            assert resolved.json()["resolved_by"] == "ana"
        assert client.get(f"/logs/{answer['id']}").json()["resolved"] is True


@pytest.mark.parametrize(
    "log_id", ["5b1f0a3c-9d2e-4b67-a8c1-d0e2f3a4b5c6", "no-such-id", "0190aaaa-0000-7000-8000-000000000000"]
)
def test_resolving_what_is_not_there_is_404(client, log_id):
    assert client.patch(f"/logs/{log_id}/resolve", json={"resolved_by": "ana"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "resolved_by"),
        ({"resolved_by": ""}, "resolved_by"),
        ({"resolved_by": "x" * 257}, "resolved_by"),
        ({"resolved_by": "a\0"}, "resolved_by"),
        ({"resolved_by": 5}, "resolved_by"),
    ],
)
def test_who_resolves_must_be_said(client, post, agent, body, field):
    answer = post(agent_id=agent)
    refused = client.patch(f"/logs/{answer['id']}/resolve", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
    assert client.get(f"/logs/{answer['id']}").json()["resolved"] is False


def test_ids_of_a_batch_must_be_uuids(client):
    answer = client.post("/logs/resolve-batch", json={"ids": [str(uuid.uuid4()), "x"], "resolved_by": "ana"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "ids[1]"


def test_of_two_in_the_table_the_earlier_counts(client, post, store, agent):
    # Two query APIs over one server may both find a record unresolved.
    answer = post(agent_id=agent)
    moment = datetime(2026, 11, 20, 8, tzinfo=UTC)
    rows = [
        (uuid.UUID(answer["id"]), name, moment + timedelta(seconds=late), 0, 0, agent, "info", "")
        for name, late in (("bo", 5), ("zoe", 0), ("ana", 9))
    ]
    store.insert(LOG_RESOLUTIONS, LOG_RESOLUTION_COLUMNS, rows)
    entry = client.get(f"/logs/{answer['id']}").json()
    assert (entry["resolved_by"], entry["resolved_at"]) == ("zoe", "2026-11-20T08:00:00.000Z")


def test_batches_that_come_at_once_count_each_record_once(client, post, agent):
    ids = [post(agent_id=agent)["id"] for _ in range(5)]
    start = threading.Barrier(8)

    def resolve(number):
        start.wait()
        return client.post("/logs/resolve-batch", json={"ids": ids, "resolved_by": f"n{number}"}).json()["resolved"]

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(resolve, range(8))) == 5


def test_a_record_that_would_be_stored_by_now_is_not_waited_for(store, loader):
    async def ingest(_request: bytes) -> None:
        """Take nothing."""

    # Waiting as long as this would end the test by its own time limit.
    with serving(create_app(ApiConfig(visible_wait_seconds=10_000), store, ingest)) as client:
        old = "0190aaaa-0000-7000-8000-000000000000"
        assert client.patch(f"/logs/{old}/resolve", json={"resolved_by": "ana"}).status_code == 404
        answer = client.post("/logs/resolve-batch", json={"ids": [old, str(uuid.uuid4())], "resolved_by": "ana"})
        assert answer.json() == {"resolved": 0}
