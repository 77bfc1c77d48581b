"""``Tail``: records as they come, over broken connections."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import urllib3

from spanlog.exceptions import ApiError, ApiUnavailableError
from spanlog.query._event_stream import EventParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spanlog._api import ApiConnection
    from spanlog.query._event_stream import ServerEvent
    from spanlog.query.models import Entry

Notice = Literal["skipped", "dropped", "lost", "back"]

SILENCE_SECONDS = 45.0
"""Without a byte for so long the connection counts as broken; the API gives a sign of life every 15 seconds."""

_FIRST_RETRY_SECONDS = 2.0
_LONGEST_RETRY_SECONDS = 15.0
_READ_BYTES = 64 * 1024
_SERVER_ERRORS = 500


class Tail:
    """Records as they come: iterate over it, in one thread; ``close`` from any ends it.

    ``for entry in client.tail("level:error"): ...``

    A connection that breaks is made again, and the API gives what was missed: up to 2,000 records. That something was
    left out, or that the connection was lost, is told to ``on_notice``: ``skipped`` (more came at once, or was
    missed, than is shown), ``dropped`` (what was sent was not read in time; the tail goes on where it was),
    ``lost`` and ``back`` (the connection).

    Attributes:
        last_event_id: where a later tail can go on.

    Raises (when made):
        ApiError: the API refused, or gave no answer.
    """

    def __init__(
        self,
        connection: ApiConnection,
        query: Mapping[str, object],
        last_event_id: str,
        on_notice: Callable[[Notice, dict[str, Any]], None] | None,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self.last_event_id = last_event_id
        self._connection = connection
        self._query = query
        self._on_notice = on_notice
        self._silence_seconds = silence_seconds
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._retry_seconds = _FIRST_RETRY_SECONDS
        self._entries = self._read()
        self._response: urllib3.HTTPResponse | None = self._open()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Entry:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; an iteration that waits in another thread ends too."""
        self._closed.set()
        response = self._response
        if response is not None:
            # Closing alone would wait for the thread that reads. One that is broken has nothing to shut down.
            with suppress(ValueError, RuntimeError, OSError):
                response.shutdown()
            with self._reading:
                response.close()

    def _open(self) -> urllib3.HTTPResponse:
        headers = {"accept": "text/event-stream", "accept-encoding": "identity"}
        if self.last_event_id:
            headers["last-event-id"] = self.last_event_id
        return self._connection.open_stream("/logs/tail", self._query, headers, self._silence_seconds)

    def _read(self) -> Iterator[Entry]:
        while True:
            response = self._response
            if response is not None:
                try:
                    yield from self._read_one(response)
                finally:
                    self._response = None
                    response.close()
            if self._closed.is_set():
                return
            self._notify("lost", {})
            if not self._reconnect():
                return
            self._notify("back", {})

    def _read_one(self, response: urllib3.HTTPResponse) -> Iterator[Entry]:
        parser = EventParser()
        try:
            while chunk := self._next_chunk(response):
                for event in parser.feed(chunk):
                    if event.event == "message":
                        entry = cast("Entry", json.loads(event.data))
                        # Noted first: whoever stops at this record has had it.
                        self.last_event_id = event.id
                        yield entry
                    else:
                        self._tell(event)
                if parser.retry_seconds is not None:
                    self._retry_seconds = parser.retry_seconds
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            # A line that breaks, or one that is no JSON because it broke.
            return

    def _next_chunk(self, response: urllib3.HTTPResponse) -> bytes:
        with self._reading:
            return b"" if self._closed.is_set() else response.read1(_READ_BYTES)

    def _tell(self, event: ServerEvent) -> None:
        if event.event in ("skipped", "dropped"):
            detail = json.loads(event.data)
            self._notify(cast("Notice", event.event), detail if isinstance(detail, dict) else {})

    def _reconnect(self) -> bool:
        pause_seconds = min(self._retry_seconds, _LONGEST_RETRY_SECONDS)
        while not self._closed.wait(pause_seconds):
            try:
                response = self._open()
            except ApiError as error:
                if not isinstance(error, ApiUnavailableError) and (error.status or 0) < _SERVER_ERRORS:
                    raise
                pause_seconds = min(_LONGEST_RETRY_SECONDS, pause_seconds * 2)
                continue
            self._response = response
            if self._closed.is_set():
                response.close()
                return False
            return True
        return False

    def _notify(self, notice: Notice, detail: dict[str, Any]) -> None:
        if self._on_notice is not None:
            self._on_notice(notice, detail)
