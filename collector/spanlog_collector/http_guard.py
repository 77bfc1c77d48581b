"""What uvicorn leaves open: how long a request may take to arrive, how large its head may be, how many come at once.

Without these a thousand senders of a byte a second hold a thousand connections for ever, and one endless header takes
all memory. One look over the connections each second watches them; a request in time pays two assignments for it.
"""

import asyncio
import re
import resource
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ARRIVAL_SECONDS: Final = 20.0
"""What every request has to arrive in, …"""
ARRIVAL_BYTES_PER_SECOND: Final = 64 * 1024
"""… and longer by what its body, as far as it has come, takes at this rate."""
MAX_HEAD_BYTES: Final = 64 * 1024
"""Request line and headers."""
MAX_CONNECTIONS: Final = 4_000

_REASONS: Final = {
    HTTPStatus.BAD_REQUEST: "what arrived is not an HTTP/1.1 request; nothing of it was used",
    HTTPStatus.REQUEST_TIMEOUT: "the request did not arrive in time: it has "
    f"{ARRIVAL_SECONDS:.0f} seconds, and one more for each {ARRIVAL_BYTES_PER_SECOND // 1024} KiB of its body",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "request line and headers are longer than "
    f"{MAX_HEAD_BYTES // 1024} KiB",
    HTTPStatus.SERVICE_UNAVAILABLE: "too many connections are open; close some, or come again later",
}

_UPGRADE: Final = re.compile(rb"\nupgrade[ \t]*:", re.IGNORECASE)
_HEAD_END: Final = b"\r\n\r\n"
_SWEEP_SECONDS: Final = 1.0
_KEPT_DESCRIPTORS: Final = 256
"""Files of the journal and the store; connections must not take them."""


def max_connections() -> int:
    """Return how many connections one listener may hold: half of what the process may open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(1, min(MAX_CONNECTIONS, (soft - _KEPT_DESCRIPTORS) // 2))


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds; ``sweep`` closes what is over time.

    No application sees what is refused here. Whose errors have a form of their own overrides ``refusal``.
    """

    arrival_began: float | None = None
    """When what is arriving began to, by the loop's clock; ``None`` between requests and while one is answered."""
    _is_in_head = False
    _is_in_body = False
    _head_bytes = 0
    _body_bytes = 0
    _read_bytes = 0
    """In the piece that the parser has now."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or refuse it where there are too many."""
        super().connection_made(transport)
        self.arrival_began = self.loop.time()
        if len(self.connections) > max_connections():
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and refuse a head without end."""
        if not self._is_in_body:
            data = _without_upgrade(data)
        self._read_bytes = len(data)
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self.arrival_began = self.loop.time()
        self._is_in_head = True
        self._head_bytes = self._body_bytes = 0

    def on_headers_complete(self) -> None:
        """The head is here, or refused if its last piece made it too large."""
        self._is_in_head = False
        # Of nearly all requests the pieces tell that there is no need to add up.
        if self._head_bytes + self._read_bytes > MAX_HEAD_BYTES and self._is_head_too_large():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        self._is_in_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count a piece of the body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """It is here, and in time."""
        self.arrival_began = None
        self._is_in_body = False
        super().on_message_complete()

    def refusal(self, status: HTTPStatus, reason: str) -> tuple[str, bytes]:  # noqa: ARG002 - for those that override it
        """Return the media type and the body of a refusal."""
        return "text/plain; charset=utf-8", reason.encode()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words for it
        """Refuse what the parser does not understand."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def sweep(self, now: float) -> None:
        """Close the connection if what is arriving takes too long; ``now`` is the loop's time."""
        if self.arrival_began is None or self.transport.is_closing():
            return
        allowed = ARRIVAL_SECONDS + self._body_bytes / ARRIVAL_BYTES_PER_SECOND
        # While the application does not read, the sender cannot send: that is not the sender's time.
        if now - self.arrival_began > allowed and not self.flow.read_paused:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _unsupported_upgrade_warning(self) -> None:
        # The parser has given the body up for lost; the application must not answer as if there were none.
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _is_head_too_large(self) -> bool:
        separators = len(b": \r\n")
        fields = sum(len(name) + len(value) + separators for name, value in self.headers)
        return len(self.url) + fields > MAX_HEAD_BYTES

    def _refuse(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        if not self._is_answered():
            media_type, body = self.refusal(status, _REASONS[status])
            retry = b"retry-after: 5\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else b""
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n%s\r\n%s"
                % (status, status.phrase.encode(), media_type.encode(), len(body), retry, body)
            )
        self.transport.close()

    def _is_answered(self) -> bool:
        """Tell whether what is arriving has an answer, or the beginning of one. Another would look like the next's."""
        cycle = self.cycle
        return cycle is not None and cycle.response_started and (self._is_in_body or not cycle.response_complete)


def _without_upgrade(data: bytes) -> bytes:
    """Return ``data`` with the upgrade header of its head renamed.

    A server may go on without an upgrade. Java's HTTP client offers one to HTTP/2 with every request, and the parser
    would not read the body of such a request.
    """
    end = data.find(_HEAD_END)
    if end < 0:
        end = len(data)
    # In the head alone: the piece of a large body that came with it takes as long to search as to check.
    if data.find(b"pgrade", 0, end) < 0 and data.find(b"PGRADE", 0, end) < 0:
        return data
    return _UPGRADE.sub(b"\nx-upgrade:", data[:end]) + data[end:]


async def sweep_for_ever(connections: set[Any]) -> None:
    """Look at all connections once a second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        now = loop.time()
        for connection in list(connections):
            connection.sweep(now)
