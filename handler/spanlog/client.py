"""``Client``: the log API that agents speak, for code that wants an answer for what it logs.

A program that only logs attaches a ``SpanlogHandler``, which costs a thousandth of a request. A client is for an
agent that must know that an entry is stored, or wants to ask what broke.
"""

from __future__ import annotations

import math
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Required, Self, TypedDict, TypeVar, Unpack, cast

from spanlog._entry import exception_metadata, new_entry
from spanlog.config import MAX_AGENT_ID_CHARACTERS
from spanlog.exceptions import ConfigurationError

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

LogLevel = Literal["debug", "info", "warn", "error", "critical"]
Answer = TypeVar("Answer")

_SECONDS_PER_HOUR = 3_600


class EntryFields(TypedDict, total=False):
    """What else a call may say of an entry."""

    category: str | None
    """A tag of your own."""
    metadata: Mapping[str, Any] | None
    """Anything else; what JSON cannot say is rendered as text."""
    trace_id: str | uuid.UUID | None
    """Which trace it belongs to, a UUID or 32 hex digits; else that of the operation or span around the call."""
    parent_id: str | uuid.UUID | None
    """The entry or span that it hangs under; else the operation or span around the call."""


class LogEntry(EntryFields, total=False):
    """One entry of a batch. What it leaves out is the session's, the client's or the API's."""

    message: Required[object]
    level: LogLevel
    agent_id: str | None
    session_key: str | None
    source: str | None


class StoredEntry(TypedDict):
    """What the API says of an entry: it is stored."""

    id: str
    """The entry's own UUID."""
    created_at: str
    """Its time: RFC 3339 in UTC."""


class StoredBatch(TypedDict):
    """What the API says of a batch: it is stored."""

    inserted: int
    """How many entries."""


class Client:
    """Speaks the log API: ``log``, ``error``, ``batch`` and ``summary``, async; ``sync_…`` for code that is not.

    ``async with Client("http://127.0.0.1:8421", key, "planner") as client: await client.log("started")``
    ``Client("http://127.0.0.1:8421", None, "planner").sync_error("gave up", error)``

    Every call returns when the API has answered, and a stored entry is durable then. For any number of threads
    and tasks; a forked child makes connections of its own. What is logged inside ``spanlog.session()`` or
    ``spanlog.operation()`` carries their ids: what a call says goes before those, those before what the client was
    made with. Secrets are taken out before anything leaves, as the handler does.

    Args:
        base_url: the query API's URL, such as ``http://127.0.0.1:8421``.
        api_key: sent as ``Authorization: Bearer`` to that host and no other; None where the API asks for none.
        agent_id: who logs, at most 64 characters.
        session_key: which run or conversation.
        source: where the entries come in.
        timeout_seconds: for one request.
        retry_seconds: how long one call is tried again at most, where the API is not there, has too much to do,
            or (only when asking) has failed for now. An entry that may have been stored is not sent again.

    Raises:
        ConfigurationError: a setting cannot be used. An API that is not running is no error here.
    """

    def __init__(  # noqa: PLR0913 - these five, in this order, are a contract
        self,
        base_url: str,
        api_key: str | None,
        agent_id: str,
        session_key: str | None = None,
        source: str = "api",
        *,
        timeout_seconds: float = 10.0,
        retry_seconds: float = 10.0,
    ) -> None:
        # Imported with the first client: it brings the HTTP client, which costs more than all of spanlog.
        from spanlog._api import ApiConnection  # noqa: PLC0415

        if not isinstance(agent_id, str) or not agent_id.strip() or len(agent_id) > MAX_AGENT_ID_CHARACTERS:
            raise ConfigurationError(f"agent_id is {agent_id!r}: use 1 to {MAX_AGENT_ID_CHARACTERS} characters")
        if not 0 < timeout_seconds < math.inf or not 0 <= retry_seconds < math.inf:
            raise ConfigurationError("timeout_seconds and retry_seconds are seconds, the first of them more than 0")
        self.agent_id = agent_id
        self.session_key = session_key
        self.source = source
        self._connection = ApiConnection(base_url, api_key, timeout_seconds, retry_seconds)

    async def log(self, message: object, level: LogLevel = "info", **fields: Unpack[EntryFields]) -> StoredEntry:
        """Store an entry.

        Args:
            message: what happened.
            level: debug, info, warn, error or critical.
            **fields: ``EntryFields``: category, metadata, trace_id, parent_id.

        Raises:
            ApiError: the API refused the entry.
            ApiUnavailableError: it cannot be reached, or cannot take it now.
        """
        return await _in_thread(self._post_entry, self._entry({**fields, "message": message, "level": level}))

    async def error(
        self, message: object, exc: BaseException | None = None, **fields: Unpack[EntryFields]
    ) -> StoredEntry:
        """Store an entry of level error, with type, message and traceback of an exception.

        Args:
            message: what happened.
            exc: the exception; else the one that is being handled, if any.
            **fields: as for ``log``. The exception goes along as metadata of its own.

        Raises:
            ApiError: the API refused the entry.
            ApiUnavailableError: it cannot be reached, or cannot take it now.
        """
        return await _in_thread(self._post_entry, self._error_entry(message, exc or sys.exc_info()[1], fields))

    async def batch(self, entries: Iterable[LogEntry]) -> StoredBatch:
        """Store entries, at most 10,000, all of them or none.

        Raises:
            ApiError: the API refused the batch; ``errors`` says which entry is wrong and how.
            ApiUnavailableError: it cannot be reached, or cannot take it now.
        """
        return await _in_thread(self._post_batch, [self._entry(entry) for entry in entries])

    async def summary(self, since_hours: float = 24.0, agent_id: str | None = None) -> dict[str, Any]:
        """Ask what broke, what of it is new and what keeps coming back.

        Args:
            since_hours: how far back.
            agent_id: of this agent only; else of all of them.

        Raises:
            ApiError: the API refused the question.
            ApiUnavailableError: it cannot be reached, or cannot answer now.
        """
        return await _in_thread(self.sync_summary, since_hours, agent_id)

    def sync_log(self, message: object, level: LogLevel = "info", **fields: Unpack[EntryFields]) -> StoredEntry:
        """``log`` for code that is not async: waits for the answer."""
        return self._post_entry(self._entry({**fields, "message": message, "level": level}))

    def sync_error(
        self, message: object, exc: BaseException | None = None, **fields: Unpack[EntryFields]
    ) -> StoredEntry:
        """``error`` for code that is not async: waits for the answer."""
        return self._post_entry(self._error_entry(message, exc or sys.exc_info()[1], fields))

    def sync_batch(self, entries: Iterable[LogEntry]) -> StoredBatch:
        """``batch`` for code that is not async: waits for the answer."""
        return self._post_batch([self._entry(entry) for entry in entries])

    def sync_summary(self, since_hours: float = 24.0, agent_id: str | None = None) -> dict[str, Any]:
        """``summary`` for code that is not async: waits for the answer."""
        since = datetime.fromtimestamp(time.time() - since_hours * _SECONDS_PER_HOUR, UTC)
        query = {"since": since.isoformat(), **({"agent_id": agent_id} if agent_id is not None else {})}
        return cast("dict[str, Any]", self._connection.get("/logs/summary", query))

    def close(self) -> None:
        """Close the connections. A later call makes new ones."""
        self._connection.close()

    async def aclose(self) -> None:
        """``close`` for async code; it does not wait for anything."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _entry(self, said: Mapping[str, object]) -> dict[str, Any]:
        return new_entry(said, agent_id=self.agent_id, session_key=self.session_key, source=self.source)

    def _error_entry(self, message: object, error: BaseException | None, fields: EntryFields) -> dict[str, Any]:
        metadata = {**(fields.get("metadata") or {}), **(exception_metadata(error) if error is not None else {})}
        return self._entry({**fields, "metadata": metadata, "message": message, "level": "error"})

    def _post_entry(self, entry: dict[str, Any]) -> StoredEntry:
        return cast("StoredEntry", self._connection.post("/logs", entry))

    def _post_batch(self, entries: list[dict[str, Any]]) -> StoredBatch:
        return cast("StoredBatch", self._connection.post("/logs/batch", entries))


async def _in_thread(function: Callable[..., Answer], *args: Any) -> Answer:
    # asyncio is there already, or nobody could have called this.
    import asyncio  # noqa: PLC0415

    return await asyncio.to_thread(function, *args)
