"""How the query client is used, for the type checker: nothing here is run. See handler_usage."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import assert_type

import spanlog
from spanlog.query.models import (
    Entry,
    EntryPage,
    ErrorGroup,
    ErrorGroupDetail,
    GroupChange,
    ListedGroup,
    Summary,
    Trace,
)
from spanlog.query.parameters import LogFilters
from spanlog.query.tail import Tail


def ask() -> None:
    with spanlog.QueryClient("http://127.0.0.1:8421", "key", timeout_seconds=5, retry_seconds=0) as client:
        assert_type(client, spanlog.QueryClient)
        assert_type(client.get_logs(q="level:error", limit=10, since=datetime.now(UTC)), EntryPage)
        assert_type(client.search("level:error", limit=500, agent_id="crypto"), Iterator[Entry])
        assert_type(client.errors(status="regressed", sort="count"), Iterator[ListedGroup])
        assert_type(client.get_summary(since="2026-11-20")["new"], list[ErrorGroup])
        assert_type(client.get_trace("ab" * 16), Trace)
        change: GroupChange = {"status": "muted", "count": 100, "by": "ana"}
        assert_type(client.change_error("00c3d1a5b7e9f204", change), ErrorGroupDetail)
        filters: LogFilters = {"level": "error", "attributes": {"order_id": 42}}
        tail = client.tail("crypto", **filters, on_notice=print)
        assert_type(tail, Tail)
        for entry in tail:
            assert_type(entry["session_key"], str | None)
        assert_type(client.export("csv", "level:error", limit=7), Iterator[bytes])


async def ask_async() -> None:
    async with spanlog.AsyncQueryClient() as client:
        assert_type(await client.get_summary(), Summary)
        assert_type(client.search("x"), AsyncIterator[Entry])
        async for entry in client.tail("level:error"):
            assert_type(entry, Entry)


def mistakes(client: spanlog.QueryClient) -> None:
    client.get_logs(level="loud")  # type: ignore[arg-type]
    client.get_logs(colour="red")  # type: ignore[call-arg]
    client.get_summary()["news"]  # type: ignore[typeddict-item]
    client.change_error("x", {"status": "done"})  # type: ignore[typeddict-item]
    client.search("x", limit="all")  # type: ignore[arg-type]
