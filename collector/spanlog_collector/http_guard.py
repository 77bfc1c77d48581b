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
    """uvicorn's protocol with bounds; ``sweep`` closes what is over time."""

    arrival_began: float | None = None
    """When what is arriving began to, by the loop's clock; ``None`` between requests and while one is answered."""
    _is_in_head = False
    _is_in_body = False
    _head_bytes = 0
    _body_bytes = 0

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
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self.arrival_began = self.loop.time()
        self._is_in_head = True
        self._head_bytes = self._body_bytes = 0

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._is_in_head = False
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

    def _refuse(self, status: HTTPStatus) -> None:
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            retry = b"retry-after: 5\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else b""
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-length: 0\r\nconnection: close\r\n%s\r\n"
                % (status, status.phrase.encode(), retry)
            )
        self.transport.close()


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
