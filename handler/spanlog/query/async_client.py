"""``AsyncQueryClient``: ``QueryClient`` for async code."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, Unpack

from spanlog.query._async_routes import AsyncQueryRoutes
from spanlog.query.client import DEFAULT_URL, QueryClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from spanlog.query.models import Entry, ListedGroup, Session, SessionItem, TraceListItem
    from spanlog.query.parameters import ErrorFilters, LogFilters, SessionFilters, TimelineFilters, TraceFilters
    from spanlog.query.tail import Notice

Item = TypeVar("Item")


class AsyncQueryClient(AsyncQueryRoutes):
    """Asks one query API: every method and iterator of ``QueryClient``, with ``await`` and ``async for``.

    ``async with AsyncQueryClient() as client: await client.get_summary()``
    ``async for entry in client.tail("level:error"): ...``

    Requests wait in threads (``asyncio.to_thread``). Arguments and errors are those of ``QueryClient``.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        api_key: str | None = None,
        *,
        timeout_seconds: float = 60.0,
        retry_seconds: float = 10.0,
    ) -> None:
        self._client = QueryClient(base_url, api_key, timeout_seconds=timeout_seconds, retry_seconds=retry_seconds)
        super().__init__(self._client)

    def search(self, q: str = "", *, limit: int | None = None, **filters: Unpack[LogFilters]) -> AsyncIterator[Entry]:
        """Yield the records that match, newest first, none twice, whatever arrives meanwhile."""
        return _in_threads(self._client.search(q, limit=limit, **filters))

    def errors(self, *, limit: int | None = None, **query: Unpack[ErrorFilters]) -> AsyncIterator[ListedGroup]:
        """Yield the error groups that match, page by page, all of one moment."""
        return _in_threads(self._client.errors(limit=limit, **query))

    def traces(self, *, limit: int | None = None, **query: Unpack[TraceFilters]) -> AsyncIterator[TraceListItem]:
        """Yield the traces that match, page by page."""
        return _in_threads(self._client.traces(limit=limit, **query))

    def sessions(self, *, limit: int | None = None, **query: Unpack[SessionFilters]) -> AsyncIterator[Session]:
        """Yield the sessions that match, the one active last first, page by page."""
        return _in_threads(self._client.sessions(limit=limit, **query))

    def timeline(
        self, session_key: str, *, limit: int | None = None, **query: Unpack[TimelineFilters]
    ) -> AsyncIterator[SessionItem]:
        """Yield the records and spans of a session in the order of time, page by page."""
        return _in_threads(self._client.timeline(session_key, limit=limit, **query))

    async def tail(
        self,
        q: str = "",
        *,
        last_event_id: str = "",
        on_notice: Callable[[Notice, dict[str, Any]], None] | None = None,
        **filters: Unpack[LogFilters],
    ) -> AsyncIterator[Entry]:
        """Yield the records that match as they become visible, without an end; ``on_notice`` is called in a thread.

        A task that is cancelled while it waits here ends the connection.
        """
        tail = await asyncio.to_thread(
            lambda: self._client.tail(q, last_event_id=last_event_id, on_notice=on_notice, **filters)
        )
        try:
            async for entry in _in_threads(tail):
                yield entry
        finally:
            # From here, at once: a thread may be waiting for a record that does not come.
            tail.close()

    def export(
        self,
        format: Literal["ndjson", "csv", "parquet"] = "ndjson",  # noqa: A002 - the parameter's name in the API
        q: str = "",
        *,
        limit: int = 100_000,
        **filters: Unpack[LogFilters],
    ) -> AsyncIterator[bytes]:
        """Yield a file of the records that match, newest first, in pieces as they come."""
        return _in_threads(self._client.export(format, q, limit=limit, **filters))

    async def aclose(self) -> None:
        """Close the connections. A later call makes new ones."""
        self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._client.close()


async def _in_threads(items: Iterator[Item]) -> AsyncIterator[Item]:
    # StopIteration cannot leave a thread through a future.
    while some := await asyncio.to_thread(_one_or_none, items):
        yield some[0]


def _one_or_none(items: Iterator[Item]) -> list[Item]:
    return list(islice(items, 1))
