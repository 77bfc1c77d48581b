"""How the client is used, for the type checker: nothing here is run. See handler_usage."""

import uuid
from typing import Any, assert_type

import spanlog
from spanlog.client import EntryFields, LogEntry, LogLevel, StoredBatch, StoredEntry


async def speak() -> None:
    async with spanlog.Client("http://127.0.0.1:8421", "key", "planner", "run-42", "bot") as client:
        assert_type(client, spanlog.Client)
        assert_type(await client.log("started"), StoredEntry)
        await client.log("failed", "error")
        answer = await client.log(
            "failed",
            level="critical",
            category="trading",
            metadata={"order": 17, "deep": {"in": [1]}},
            trace_id=uuid.uuid4(),
            parent_id="ab" * 8,
        )
        assert_type(answer["id"], str)
        try:
            int("x")
        except ValueError as error:
            assert_type(await client.error("gave up", error), StoredEntry)
            await client.error("gave up", exc=error, category="parsing", metadata=None)
        assert_type(await client.error("gave up"), StoredEntry)
        entries: list[LogEntry] = [{"message": "first"}, {"message": "second", "level": "warn", "agent_id": "critic"}]
        assert_type(await client.batch(entries), StoredBatch)
        assert_type(await client.summary(since_hours=1.5, agent_id="planner"), dict[str, Any])


def speak_without_a_loop(level: LogLevel, fields: EntryFields) -> None:
    with spanlog.Client(
        "http://127.0.0.1:8421", None, agent_id="planner", timeout_seconds=5, retry_seconds=0
    ) as client:
        assert_type(client.sync_log("hello", level, **fields), StoredEntry)
        assert_type(client.sync_error("hello", KeyError("x"), **fields), StoredEntry)
        assert_type(client.sync_batch({"message": str(number)} for number in range(3)), StoredBatch)
        assert_type(client.sync_summary(), dict[str, Any])


def hear_of_failures(client: spanlog.Client) -> None:
    try:
        client.sync_log("hello")
    except spanlog.ApiUnavailableError as error:
        assert_type(error.status, int | None)
    except spanlog.ApiError as error:
        assert_type(error.detail, str)
        assert_type(error.errors[0]["field"], str)


async def mistakes(client: spanlog.Client) -> None:
    spanlog.Client("http://127.0.0.1:8421", "key")  # type: ignore[call-arg]
    await client.log("hello", level="loud")  # type: ignore[arg-type]
    await client.log("hello", colour="red")  # type: ignore[call-arg]
    await client.error("hello", "not an exception")  # type: ignore[arg-type]
    await client.batch([{"level": "info"}])  # type: ignore[typeddict-item]
    client.sync_log()  # type: ignore[call-arg]
