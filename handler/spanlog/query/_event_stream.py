"""Server-sent events out of a stream of bytes, by the rules of the HTML standard ("Interpreting an event stream")."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is longer is no event of this API, whose records end at some megabytes.
_MAX_EVENT_BYTES = 64 * 1024 * 1024


class ServerEvent(NamedTuple):
    """One event."""

    event: str
    """Its type; ``message`` where it has none."""
    data: str
    id: str
    """Its id, else that of the last event that had one."""


class EventParser:
    """Takes bytes as they come and gives the events that are whole.

    Attributes:
        last_id: the id of the last event that had one.
        retry_seconds: after how long to come again, where the server has said so.
    """

    def __init__(self) -> None:
        self.last_id = ""
        self.retry_seconds: float | None = None
        self._rest = b""
        self._ended_in_return = False
        self._event = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Yield the events that end in ``chunk``.

        Raises:
            ValueError: an event grows without end.
        """
        if not chunk:
            return
        if self._ended_in_return and chunk.startswith(b"\n"):
            # The other half of a line's end, which has been taken for the whole.
            chunk = chunk[1:]
        self._ended_in_return = chunk.endswith(b"\r")
        *lines, self._rest = (self._rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if len(self._rest) > _MAX_EVENT_BYTES:
            raise ValueError("the stream holds no lines")
        for line in lines:
            if (event := self._take(line.decode("utf-8", "replace"))) is not None:
                yield event

    def _take(self, line: str) -> ServerEvent | None:
        if not line:
            event = ServerEvent(self._event or "message", "\n".join(self._data), self.last_id) if self._data else None
            self._event, self._data = "", []
            return event
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self.last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_seconds = int(value) / 1000
        return None
