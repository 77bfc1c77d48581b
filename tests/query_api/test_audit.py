"""Who changed what, and when: every change is there, with the key it was done with."""

import time
import uuid

import httpx
import pytest
from query_api_serving import serving
from query_api_telemetry import Log

from spanlog_collector.storage import Store, migrate
from spanlog_keys import Gate, KeyFile, KeyRequest, KeyRing, Scope
from spanlog_query_api import ApiConfig, create_app


async def ingest(_request):
    raise AssertionError("nothing is posted here")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return KeyFile(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def clients(store, file):
    secrets = {
        "chief": file.create(KeyRequest("chief", frozenset({Scope.ADMIN})), "ana")[1],
        "mender": file.create(KeyRequest("mender", frozenset({Scope.WRITE}), frozenset({"a", "b"})), "ana")[1],
    }
    app = create_app(ApiConfig(visible_wait_seconds=0.3), store, ingest, gate=Gate(KeyRing(file)))
    with serving(app) as opened:
        made = {
            name: httpx.Client(base_url=opened.base_url, timeout=60, headers={"Authorization": f"Bearer {secret}"})
            for name, secret in secrets.items()
        }
        yield made
        for client in made.values():
            client.close()


@pytest.fixture
def groups(loader, clients, agent):
    """Two error groups of one agent."""
    errors = [
        Log(f"fails {number}", severity=17, attributes={"spanlog.fingerprint": f"{agent} {number}"})
        for number in (1, 2)
    ]
    loader.logs(agent, errors)
    return [item["fingerprint"] for item in clients["chief"].get("/errors", params={"agent_id": agent}).json()["items"]]


def entries(client, **parameters):
    items, cursor = [], ""
    while cursor is not None:
        answer = client.get("/audit", params={**parameters, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
    return items


def test_what_is_done_with_error_groups_is_there_with_who_and_with_which_key(clients, groups):
    chief, (first, second) = clients["chief"], groups
    for change in (
        {"status": "muted", "count": 5, "by": "ana"},
        {"status": "open"},
        {"assigned_to": "bo", "comment": "the <b>proxy</b>", "by": "zoe"},
        {"status": "resolved", "resolved_by": "bo"},
    ):
        assert chief.patch(f"/errors/{first}", json=change).status_code == 200
    merge = {"into": first, "fingerprints": [second], "by": "ana"}
    assert chief.post("/errors/merge", json=merge).status_code == 200
    assert chief.post("/errors/split", json={"fingerprint": second, "by": "ana"}).status_code == 200
    found = entries(chief, limit=1000)
    told = [(item["action"], item["by"], item["detail"]) for item in found if item["target"] in groups]
    assert told == [
        ("error.split", "ana", first),
        ("error.merge", "ana", first),
        ("error.resolve", "bo", None),
        ("error.comment", "zoe", "the <b>proxy</b>"),
        ("error.assign", "zoe", "bo"),
        ("error.unmute", "api", None),
        ("error.mute", "ana", "until 5 more records"),
    ]
    assert {item["key"] for item in found if item["target"] in groups} == {"chief"}


def test_records_resolved_together_are_one_entry(clients, loader, agent):
    loader.logs(agent, [Log(f"m {number}") for number in range(4)])
    ids = [item["id"] for item in clients["chief"].get("/logs", params={"agent_id": agent}).json()["items"]]
    batch = {"ids": ids[:3], "resolved_by": agent}
    assert clients["chief"].post("/logs/resolve-batch", json=batch).json() == {"resolved": 3}
    assert clients["chief"].patch(f"/logs/{ids[3]}/resolve", json={"resolved_by": agent}).status_code == 200
    # Done already: no change.
    assert clients["chief"].patch(f"/logs/{ids[0]}/resolve", json={"resolved_by": agent}).status_code == 200
    found = [item for item in entries(clients["chief"]) if item["by"] == agent]
    assert [(item["action"], item["count"], item["target"]) for item in found] == [
        ("record.resolve", 1, ids[3]),
        ("record.resolve", 3, min(ids[:3])),
    ]


def test_keys_are_there_without_a_word_in_the_store(clients, file):
    name = f"k-{uuid.uuid4().hex}"
    file.create(KeyRequest(name, frozenset({Scope.READ, Scope.INGEST}), frozenset({"b", "a"})), "ana")
    file.revoke(name, "bo")
    deadline = time.monotonic() + 20
    while len(found := [item for item in entries(clients["chief"]) if item["target"] == name]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [(item["action"], item["by"], item["key"], item["detail"]) for item in found] == [
        ("key.revoke", "bo", "", "ingest, read; agents a, b"),
        ("key.create", "ana", "", "ingest, read; agents a, b"),
    ]


def test_what_a_key_for_certain_agents_resolves_is_there_under_its_name(clients, loader, file):
    loader.logs("a", [Log("one of a")])
    client = clients["mender"]
    (log_id, *_) = [item["id"] for item in client.get("/logs", params={"resolved": False}).json()["items"]]
    assert client.patch(f"/logs/{log_id}/resolve", json={"resolved_by": "somebody"}).status_code == 200
    (found,) = [item for item in entries(clients["chief"]) if item["target"] == log_id]
    assert (found["by"], found["key"]) == ("somebody", "mender")


def test_pages_neither_skip_nor_repeat_whatever_comes_of_one_moment(clients, empty_store, file):
    migrate(empty_store)
    moment = 1_790_000_000 * 10**9
    rows = [(number, moment + number % 3, "comment", "ana", "x", 0, 0, 0, "") for number in range(1, 30)]
    columns = (
        "Fingerprint", "ChangedAt", "Action", "ChangedBy", "Text", "OtherFingerprint", "MutedUntil", "MutedRecords",
        "ChangedWithKey",
    )  # fmt: skip
    empty_store.insert("spanlog_error_changes", columns, rows)
    with serving(create_app(ApiConfig(), empty_store, ingest)) as client:
        whole = entries(client, limit=1000)
        for limit in (1, 4, 29):
            assert entries(client, limit=limit) == whole
        assert len({item["target"] for item in whole}) == 29
        inside = entries(client, since="2026-09-21T14:13:20.000000001Z", until="2026-09-21T14:13:20.000000002Z")
        assert {item["at"] for item in inside} == {"2026-09-21T14:13:20.000000001Z"}
        assert len(inside) == 10


def test_without_keys_it_was_whoever_is_on_this_machine(client, post, agent):
    answer = post(agent_id=agent)
    assert client.patch(f"/logs/{answer['id']}/resolve", json={"resolved_by": "ana"}).status_code == 200
    (found,) = [item for item in entries(client, limit=1000) if item["target"] == answer["id"]]
    assert (found["by"], found["key"]) == ("ana", "loopback")


@pytest.mark.parametrize("cursor", ["x", "MQ", "é", "MTc5MA", "LTEKeA", "A" * 300])
def test_a_cursor_that_is_none_is_a_mistake(client, cursor):
    answer = client.get("/audit", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_without_a_store_it_says_so(tmp_path):
    from spanlog_collector.storage import parse_dsn

    gone = Store(parse_dsn("clickhouse://default@127.0.0.1:1/otel"))
    with serving(create_app(ApiConfig(), gone, ingest)) as client:
        assert client.get("/audit").status_code == 503
    gone.close()
