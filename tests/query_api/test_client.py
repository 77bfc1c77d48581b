"""``spanlog.Client`` against the real query API over the real store."""

from __future__ import annotations

import asyncio
import threading
import uuid

import pytest
from query_api_serving import serving

import spanlog
from spanlog_collector.otlp.description import LOGS
from spanlog_query_api import ApiConfig, create_app

KEY = "correct-horse-battery"


@pytest.fixture
def base_url(client):
    return str(client.base_url)


@pytest.fixture
def speaker(base_url, agent):
    with spanlog.Client(base_url, None, agent, session_key="run-42") as opened:
        yield opened


@pytest.fixture
def stored(client):
    """Gives an entry as the API reads it back."""

    def read(answer):
        response = client.get(f"/logs/{answer['id']}")
        assert response.status_code == 200, response.text
        return response.json()

    return read


def test_log_stores_an_entry_and_gives_its_id(speaker, stored, agent):
    trace_id, parent_id = uuid.uuid4(), uuid.uuid4()
    answer = asyncio.run(
        speaker.log(
            "order failed",
            level="warn",
            category="trading",
            metadata={"order": 17, "retry": False},
            trace_id=trace_id,
            parent_id=str(parent_id),
        )
    )
    entry = stored(answer)
    assert (entry["agent_id"], entry["session_key"], entry["source"]) == (agent, "run-42", "api")
    assert (entry["message"], entry["level"], entry["category"]) == ("order failed", "warn", "trading")
    assert entry["metadata"] == {"order": 17, "retry": False}
    assert (entry["trace_id"], entry["parent_id"]) == (str(trace_id), str(parent_id))
    assert entry["created_at"] == answer["created_at"]


def test_sync_log_does_the_same_without_a_loop(speaker, stored):
    entry = stored(speaker.sync_log("hello", "critical"))
    assert (entry["message"], entry["level"], entry["trace_id"]) == ("hello", "critical", None)


def test_error_takes_the_traceback_of_the_exception_given(speaker, stored):
    try:
        raise ValueError("no price")  # noqa: TRY301 - the case
    except ValueError as error:
        caught = error
    entry = stored(asyncio.run(speaker.error("gave up", caught, metadata={"order": 17})))
    assert (entry["level"], entry["message"]) == ("error", "gave up")
    assert entry["metadata"]["exception.type"] == "ValueError"
    assert entry["metadata"]["exception.message"] == "no price"
    assert 'raise ValueError("no price")' in entry["metadata"]["exception.stacktrace"]
    assert entry["metadata"]["order"] == 17
    assert entry["fingerprint"] is not None


@pytest.mark.parametrize("is_async", [True, False])
def test_error_takes_the_exception_being_handled(speaker, stored, is_async):
    async def fail():
        try:
            {}["price"]
        except KeyError:
            return await speaker.error("gave up")

    def fail_sync():
        try:
            {}["price"]
        except KeyError:
            return speaker.sync_error("gave up")

    entry = stored(asyncio.run(fail()) if is_async else fail_sync())
    assert entry["metadata"]["exception.type"] == "KeyError"


def test_an_error_without_an_exception_is_an_entry_of_level_error(speaker, stored):
    entry = stored(speaker.sync_error("the disk is full"))
    assert (entry["level"], entry["metadata"]) == ("error", {})


def test_batch_stores_every_entry_with_its_own_fields(speaker, client, agent):
    answer = asyncio.run(
        speaker.batch([{"message": "first"}, {"message": "second", "level": "error", "session_key": "run-43"}])
    )
    assert answer == {"inserted": 2}
    items = client.get("/logs", params={"agent_id": agent}).json()["items"]
    assert [(item["message"], item["level"], item["session_key"]) for item in items] == [
        ("second", "error", "run-43"),
        ("first", "info", "run-42"),
    ]
    assert speaker.sync_batch(iter([])) == {"inserted": 0}


def test_summary_says_what_broke(speaker, agent):
    speaker.sync_error("gave up")
    summary = asyncio.run(speaker.summary(since_hours=1, agent_id=agent))
    assert summary["by_agent"] == {agent: 1}
    assert [group["title"] for group in summary["new"]] == ["gave up"]
    assert speaker.sync_summary(agent_id=agent)["total"] == 1


def test_a_session_goes_before_the_client_and_an_entry_before_the_session(speaker, client, agent):
    with spanlog.session("run-43"):
        speaker.sync_batch([{"message": "of the session"}, {"message": "its own", "session_key": "run-44"}])
    with spanlog.session(agent_id=f"{agent}-b"):
        asyncio.run(speaker.log("of another agent"))
    items = client.get("/logs", params={"agent_id": agent}).json()["items"]
    assert {item["message"]: item["session_key"] for item in items} == {
        "of the session": "run-43",
        "its own": "run-44",
    }
    (other,) = client.get("/logs", params={"agent_id": f"{agent}-b"}).json()["items"]
    assert other["session_key"] == "run-42"


def test_an_entry_hangs_under_the_operation_around_it(speaker, stored, client):
    with spanlog.operation("fetch") as current:
        entry = stored(speaker.sync_log("inside"))
        other = stored(speaker.sync_log("of another trace", trace_id="ab" * 16))
    assert (entry["trace_id"], entry["parent_id"]) == (current.trace_id, current.span_id)
    assert (other["trace_id"], other["parent_id"]) == ("ab" * 16, None)
    tree = client.get(f"/traces/{current.trace_id}")
    assert tree.status_code == 200
    assert "inside" in tree.text


HOSTILE = {
    "nul": "a\0b",
    "surrogate": "\ud800",
    "infinite": float("inf"),
    "nan": float("nan"),
    "object": object,
    "set": {1},
    "bytes": b"\xff",
    7: "number as a key",
    "deep": None,
    "long": "x" * 300_000,
    "huge": 10**30,
}


def test_metadata_of_any_kind_is_stored(speaker, stored):
    deep: dict[str, object] = {}
    for _ in range(100):
        deep = {"in": deep}
    entry = stored(speaker.sync_log("a\0b\ud800", metadata={**HOSTILE, "deep": deep}))
    assert entry["message"] == "a\ufffdb\ufffd"
    metadata = entry["metadata"]
    assert metadata["nul"] == "a\ufffdb"
    assert metadata["infinite"] == "inf"
    assert metadata["set"] == [1]
    assert metadata["7"] == "number as a key"
    assert metadata["long"].endswith("[cut]")
    assert metadata["deep"]["in"]["in"]


def test_a_message_of_any_length_is_stored(speaker, stored):
    assert stored(speaker.sync_log("x" * 3_000_000))["message"].endswith("[cut]")


def test_secrets_do_not_leave(speaker, stored):
    card, token = 4111_1111_1111_1111, "ghp_" + "a1B2" * 9
    metadata = {"password": "correct horse", "card": card, "deep": [{"api_key": 7, "url": "https://me:pw@host/"}]}
    try:
        raise ValueError(f"bad token {token}")  # noqa: TRY301 - the case
    except ValueError as error:
        entry = stored(speaker.sync_error(f"login with {token} failed", error, metadata=metadata))
    text = str(entry)
    assert not any(secret in text for secret in (token, "correct horse", str(card), "me:pw@"))
    assert entry["metadata"]["password"].startswith("[redacted")
    assert entry["metadata"]["deep"][0]["url"].endswith("@host/")


def test_a_mistake_is_an_error_with_the_words_of_the_api(speaker):
    with pytest.raises(spanlog.ApiError) as caught:
        speaker.sync_batch([{"message": "fine"}, {"message": "not", "level": "loud"}])
    assert caught.value.status == 422
    assert [mistake["field"] for mistake in caught.value.errors] == ["[1].level"]
    assert caught.value.detail in str(caught.value)
    assert isinstance(caught.value, spanlog.SpanlogError)
    assert not isinstance(caught.value, spanlog.ApiUnavailableError)


def test_a_key_opens_the_api_and_is_never_shown(store, loader, agent):
    async def ingest(request):
        await asyncio.to_thread(loader.load, LOGS, request)

    with serving(create_app(ApiConfig(api_key=KEY), store, ingest)) as opened:
        url = str(opened.base_url)
        with spanlog.Client(url, KEY, agent) as speaker:
            assert speaker.sync_log("let in")["id"]
            assert KEY not in repr(vars(speaker))
        with spanlog.Client(url, "not-the-key-at-all", agent) as stranger:
            with pytest.raises(spanlog.ApiError, match="api_key") as caught:
                stranger.sync_log("kept out")
            assert caught.value.status == 401
            assert "not-the-key-at-all" not in str(caught.value)


def test_threads_and_tasks_share_a_client(speaker, client, agent):
    async def many():
        await asyncio.gather(*(speaker.log(f"task {number}") for number in range(20)))

    threads = [threading.Thread(target=speaker.sync_log, args=(f"thread {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    asyncio.run(many())
    for thread in threads:
        thread.join()
    assert client.get("/logs", params={"agent_id": agent}).json()["total"] == 28
