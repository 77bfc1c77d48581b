"""The short way of a small OTLP request: it came whole, with a head that is known, and nothing is wrong with it.

An ASGI server makes a task, an event and some dictionaries for each request, which is most of what a request of one
record costs. A request that came in one piece is checked and journaled where it is read, and answered where the
journal says that it is on disk. Whatever is not as simple, and whatever is refused, goes the long way through the
ASGI application: only "200" is said here, in the same bytes.
"""

from typing import Final, Protocol

from spanlog_collector.http_guard import GuardedProtocol
from spanlog_collector.ingest import Settled
from spanlog_collector.receivers.known_heads import KnownHead, KnownHeads

ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n"
"""An Export…ServiceResponse with nothing set has no bytes."""

_HEAD_END: Final = b"\r\n\r\n"


class ShortWayApp(Protocol):
    """The application behind the connections."""

    known_heads: KnownHeads

    def take(self, head: KnownHead, body: bytes, settled: Settled) -> bool:
        """Take one request; ``False`` if it has to go the long way."""


class ShortWayProtocol(GuardedProtocol):
    """One connection. At most one request is under way on it, the short way or the long one."""

    app: ShortWayApp
    _is_between = False
    """Whether the parser has seen the end of one request and nothing of the next."""
    _under_way: bytes | None = None
    """The request that goes the short way now, whole."""
    _held = b""
    """What came behind it, before it was answered."""
    _closes = False
    _idle_since: float | None = None

    def connection_made(self, transport: object) -> None:
        """Take a connection."""
        self._is_between = True
        super().connection_made(transport)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Take what came the short way, or leave it to the parser."""
        if self._under_way is not None:
            self._held += data
            self.flow.pause_reading()
            return
        self._idle_since = None
        head = b""
        if self._is_between and not self._is_answering() and (end := data.find(_HEAD_END)) > 0:
            head = data[: end + len(_HEAD_END)]
            known = self.app.known_heads.get(head)
            if known is not None:
                if len(head) + known.body_bytes == len(data) and self._take(known, data, len(head)):
                    return
                head = b""
        super().data_received(data)
        # Of a head that was read with all of its body, and nothing behind it, the parser has just said what it is.
        if head and self._is_between and not self.transport.is_closing():
            scope = self.scope
            self.app.known_heads.learn(head, scope["method"], scope["path"], scope["http_version"], self.headers)

    def on_message_begin(self) -> None:
        """Something of a request is in the parser."""
        self._is_between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """All of it was read."""
        self._is_between = True
        super().on_message_complete()

    def sweep(self, now: float) -> None:
        """Close the connection if it takes too long, or does nothing for too long."""
        super().sweep(now)
        # A timer for each answer, as the long way has it, would be set and taken back ten thousand times a second.
        if self._idle_since is not None and now - self._idle_since > self.timeout_keep_alive:
            self.transport.close()

    def shutdown(self) -> None:
        """Close when what is under way is answered."""
        if self._under_way is not None:
            self._closes = True
        else:
            super().shutdown()

    def _is_answering(self) -> bool:
        return (self.cycle is not None and not self.cycle.response_complete) or self.flow.write_paused

    def _take(self, known: KnownHead, data: bytes, head_bytes: int) -> bool:
        self._under_way = data
        if not self.app.take(known, data[head_bytes:], self._settled):
            self._under_way = None
            return False
        self.arrival_began = None
        self._unset_keepalive_if_required()
        return True

    def _settled(self, is_kept: bool) -> None:
        data, self._under_way = self._under_way, None
        if data is None or self.transport.is_closing() or self.parser is None:
            return
        if is_kept:
            self.transport.write(ANSWER)
            self._idle_since = self.loop.time()
        else:
            # It would be refused again, and is told why.
            super().data_received(data)
        if self._closes:
            super().shutdown()
        elif self._held:
            held, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(held)
