"""OTLP/HTTP: one POST to a collector and what came of it.

Made with the standard library's client, because that one does not log: a client that logs while it sends makes
records of its own, and waits for logging's global lock, which ``logging.config`` holds while it waits for the
sending to end.

Everything needed to send is imported at the top, also what the standard library would import at its first use:
an import in the background thread while the program forks leaves its lock held in the child for ever.
"""

from __future__ import annotations

import email.utils
import encodings.idna  # noqa: F401 - what every look-up of a host name imports
import http.client
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spanlog._body import is_gzipped
from spanlog._transport import Outcome
from spanlog._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OK = range(200, 300)
# Full success, as spanlog and as the standard Collector say it.
_PLAIN_ANSWERS = (b"", b"\x0a\x00")
# An export response is a few bytes; whatever else answers is not read to its end.
_MAX_RESPONSE_BYTES = 64 * 1024
_SHORTEST_TIMEOUT_SECONDS = 0.001
# Nothing can be done meanwhile, and who is there takes a connection at once; three tries of TCP fit in.
_MAX_CONNECT_SECONDS = 4.0
_LOOK_SECONDS = 0.5
# A collector that asks for more is taken at its word for this long.
_MAX_RETRY_AFTER_SECONDS = 6 * 3600.0


class HttpTransport:
    """Posts to one URL through one kept-open connection. A ``Transport``.

    It follows no redirect and knows no proxy: the headers, which hold the key, go to that host alone.

    Args:
        url: where to post to.
        headers: sent with every request.
        tls: what an https connection is made with; else what the machine trusts.
        while_waiting: called twice a second while an answer is awaited.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        tls: ssl.SSLContext | None = None,
        while_waiting: Callable[[], None] | None = None,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {
            **headers,
            "content-type": "application/x-protobuf",
            "user-agent": f"spanlog/{__version__}",
        }
        self._gzip_headers = {**self._headers, "content-encoding": "gzip"}
        self._connection: http.client.HTTPConnection | None = None
        self._while_waiting = while_waiting

    def send(self, body: bytes, timeout_seconds: float) -> Outcome:
        """Send the body of a request. Raises nothing: whatever went wrong is in the outcome."""
        deadline = time.monotonic() + timeout_seconds
        try:
            # Something to read where nothing was asked is the connection's end, most likely.
            if self._connection is not None and _is_readable(self._connection.sock, 0.0):
                self.close()
            is_kept = self._connection is not None
            try:
                return self._post(body, deadline)
            except ConnectionError:
                if not is_kept:
                    raise
                # A collector may close a kept connection in the moment in which it is used again.
                self.close()
                return self._post(body, deadline)
        except Exception as error:  # noqa: BLE001 - the outcome of anything unforeseen is that nothing was sent
            self.close()
            return Outcome(None, problem_of(error))

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _post(self, body: bytes, deadline: float) -> Outcome:
        connection = self._connection or self._connected(deadline)
        connection.sock.settimeout(_remaining(deadline))
        headers = self._gzip_headers if is_gzipped(body) else self._headers
        connection.request("POST", self._target, body, headers)
        if self._while_waiting is not None:
            while _remaining(deadline) > _LOOK_SECONDS and not _is_readable(connection.sock, _LOOK_SECONDS):
                self._while_waiting()
            connection.sock.settimeout(_remaining(deadline))
        response = connection.getresponse()
        answer = response.read(_MAX_RESPONSE_BYTES)
        if response.length and len(answer) < _MAX_RESPONSE_BYTES:
            raise http.client.IncompleteRead(answer, response.length)
        if response.will_close or not (response.isclosed() or response.length == 0):
            # A connection with an answer left on it cannot be used again.
            self.close()
        else:
            response.close()
        if response.status in _OK:
            return Outcome(response.status, rejected_records=_rejected_records(answer))
        return Outcome(
            response.status,
            f"HTTP {response.status}",
            retry_after_seconds=retry_after_seconds(response.headers.get("retry-after")),
        )

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        timeout_seconds = min(_remaining(deadline), _MAX_CONNECT_SECONDS)
        if self._tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout_seconds)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=timeout_seconds, context=self._tls)
        # Known before it is made, so that it is closed if that fails half way.
        self._connection = connection
        connection.connect()
        return connection


def _remaining(deadline: float) -> float:
    return max(_SHORTEST_TIMEOUT_SECONDS, deadline - time.monotonic())


def _is_readable(connection: socket.socket | None, timeout_seconds: float) -> bool:
    """Wait until there is something to read on a connection, its end included; whether there is."""
    if connection is None:
        return True
    try:
        if hasattr(select, "poll"):  # which knows descriptors of any number
            waiting = select.poll()
            waiting.register(connection, select.POLLIN)
            return bool(waiting.poll(timeout_seconds * 1_000))
        return bool(select.select([connection], [], [], timeout_seconds)[0])
    except (OSError, ValueError):
        return True


def _rejected_records(answer: bytes) -> int:
    """Read a partial success; an answer that is not an ExportLogsServiceResponse says nothing of one."""
    if answer in _PLAIN_ANSWERS:
        return 0
    # Rare enough for an import here, and too heavy for one above.
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (  # noqa: PLC0415
        ExportLogsServiceResponse,
    )

    try:
        response = ExportLogsServiceResponse.FromString(answer)
    except DecodeError:
        return 0
    return max(0, response.partial_success.rejected_log_records)


def retry_after_seconds(header: str | None) -> float | None:
    """Read a ``Retry-After``, seconds or an HTTP date (RFC 9110); None where there is none that can be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        # A number with more digits than that says no more.
        return min(float(text[:12]), _MAX_RETRY_AFTER_SECONDS)
    try:
        seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), _MAX_RETRY_AFTER_SECONDS)


def problem_of(error: BaseException) -> str:
    """Say in a few words why there was no answer."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    known: tuple[tuple[type[BaseException], str], ...] = (
        (ConnectionRefusedError, "connection refused"),
        (socket.gaierror, "host not found"),
        (TimeoutError, "timed out"),
        (ssl.SSLError, "TLS failed"),
        (ConnectionResetError, "connection reset"),
    )
    for kind, text in known:
        if any(isinstance(link, kind) for link in chain):
            return text
    return type(error).__name__
