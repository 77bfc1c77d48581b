"""``QueryClient``: what is stored, asked from Python."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

from spanlog._api import ApiConnection
from spanlog.exceptions import ConfigurationError
from spanlog.query._exporting import exported
from spanlog.query._paging import paged
from spanlog.query._routes import QueryRoutes
from spanlog.query.tail import Notice, Tail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spanlog.query._paging import Page
    from spanlog.query.models import Entry, ListedGroup, Session, SessionItem, TraceListItem
    from spanlog.query.parameters import ErrorFilters, LogFilters, SessionFilters, TimelineFilters, TraceFilters

DEFAULT_URL = "http://127.0.0.1:8421"


class QueryClient(QueryRoutes):
    """Asks one query API: a method for each route, and iterators over what has many pages or no end.

    ``QueryClient()``                                             a stack on this machine, without a key
    ``client.get_summary(since="2026-11-20T08:00Z")["new"]``      one question, one answer: a ``TypedDict``
    ``for entry in client.search("level:error", limit=500):``     records, newest first, page by page
    ``for entry in client.tail("agent_id:crypto"):``              records as they come
    ``client.change_error(fingerprint, {"status": "resolved"})``  what people do with a group

    Methods that are named like a route's function (``get_…``) are that route; their parameters and answers are those
    of the API's OpenAPI document. For any number of threads; a forked child makes connections of its own.

    Args:
        base_url: the query API's URL.
        api_key: sent as ``Authorization: Bearer`` to that host and no other; None where the API asks for none.
        timeout_seconds: for one request.
        retry_seconds: how long one call is tried again at most, where the API is not there, has too much to do, or
            (only when asking) has failed for now.

    Raises:
        ConfigurationError: a setting cannot be used. An API that is not running is no error here.
        ApiError: (every method) the API refused, or gave no answer.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        api_key: str | None = None,
        *,
        timeout_seconds: float = 60.0,
        retry_seconds: float = 10.0,
    ) -> None:
        if not 0 < timeout_seconds < math.inf or not 0 <= retry_seconds < math.inf:
            raise ConfigurationError("timeout_seconds and retry_seconds are seconds, the first of them more than 0")
        super().__init__(ApiConnection(base_url, api_key, timeout_seconds, retry_seconds))

    def search(self, q: str = "", *, limit: int | None = None, **filters: Unpack[LogFilters]) -> Iterator[Entry]:
        """Yield the records that match, newest first, none twice, whatever arrives meanwhile.

        Args:
            q: the query language; the other filters are those of ``get_logs``.
            limit: how many at most; None for all.
            **filters: ``LogFilters``.
        """

        def page(size: int, cursor: str) -> Page[Entry]:
            found = self.get_logs(q=q, limit=size, cursor=cursor, **filters)
            return found["items"], found["next_cursor"]

        return paged(page, limit)

    def errors(self, *, limit: int | None = None, **query: Unpack[ErrorFilters]) -> Iterator[ListedGroup]:
        """Yield the error groups that match, page by page, all of one moment.

        Args:
            limit: how many at most; None for all.
            **query: ``ErrorFilters``.
        """

        def page(size: int, cursor: str) -> Page[ListedGroup]:
            found = self.get_errors(limit=size, cursor=cursor, **query)
            return found["items"], found["next_cursor"]

        return paged(page, limit)

    def traces(self, *, limit: int | None = None, **query: Unpack[TraceFilters]) -> Iterator[TraceListItem]:
        """Yield the traces that match, page by page.

        Args:
            limit: how many at most; None for all.
            **query: ``TraceFilters``.
        """

        def page(size: int, cursor: str) -> Page[TraceListItem]:
            found = self.get_traces(limit=size, cursor=cursor, **query)
            return found["items"], found["next_cursor"]

        return paged(page, limit)

    def sessions(self, *, limit: int | None = None, **query: Unpack[SessionFilters]) -> Iterator[Session]:
        """Yield the sessions that match, the one active last first, page by page.

        Args:
            limit: how many at most; None for all.
            **query: ``SessionFilters``.
        """

        def page(size: int, cursor: str) -> Page[Session]:
            found = self.get_sessions(limit=size, cursor=cursor, **query)
            return found["items"], found["next_cursor"]

        return paged(page, limit)

    def timeline(
        self, session_key: str, *, limit: int | None = None, **query: Unpack[TimelineFilters]
    ) -> Iterator[SessionItem]:
        """Yield the records and spans of a session in the order of time, page by page.

        Args:
            session_key: the run or conversation.
            limit: how many at most; None for all.
            **query: ``TimelineFilters``.
        """

        def page(size: int, cursor: str) -> Page[SessionItem]:
            found = self.get_session(session_key, limit=size, cursor=cursor, **query)
            return found["items"], found["next_cursor"]

        return paged(page, limit)

    def tail(
        self,
        q: str = "",
        *,
        last_event_id: str = "",
        on_notice: Callable[[Notice, dict[str, Any]], None] | None = None,
        **filters: Unpack[LogFilters],
    ) -> Tail:
        """Give the records that match as they become visible, from now on, without an end (``GET /logs/tail``).

        Args:
            q: the query language; the other filters are those of ``get_logs``.
            last_event_id: go on after this event of an earlier tail (its ``last_event_id``).
            on_notice: told what is no record: see ``Tail``.
            **filters: ``LogFilters``.
        """
        return Tail(self._connection, {"q": q, **filters}, last_event_id, on_notice)

    def export(
        self,
        format: Literal["ndjson", "csv", "parquet"] = "ndjson",  # noqa: A002 - the parameter's name in the API
        q: str = "",
        *,
        limit: int = 100_000,
        **filters: Unpack[LogFilters],
    ) -> Iterator[bytes]:
        """Yield a file of the records that match, newest first, in pieces as they come (``GET /logs/export``).

        Args:
            format: lines of JSON, comma-separated values, or Parquet.
            q: the query language; the other filters are those of ``get_logs``.
            limit: how many records at most.
            **filters: ``LogFilters``.
        """
        return exported(self._connection, {"q": q, "format": format, "limit": limit, **filters})

    def close(self) -> None:
        """Close the connections. A later call makes new ones."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
