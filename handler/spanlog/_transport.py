"""One POST to a collector and what came of it. OTLP/HTTP: the statuses worth another try are its rule.

Everything needed to send is imported at the top, also what the standard library would import at its first use:
an import in the background thread while the program forks leaves its lock held in the child for ever.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 - what every look-up of a host name imports
import logging
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import urllib3

from spanlog._version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

# OTLP specification, "OTLP/HTTP Response": only these are retryable.
_RETRYABLE_STATUSES = frozenset({429, 502, 503, 504})
_OK = range(200, 300)
# Full success, as spanlog and as the standard Collector say it.
_PLAIN_ANSWERS = (b"", b"\x0a\x00")
# An export response is a few bytes; whatever else answers is not read to its end.
_MAX_RESPONSE_BYTES = 64 * 1024


# Everywhere the HTTP client logs while it sends.
_CLIENT_LOGGERS = tuple(
    logging.getLogger(f"urllib3.{name}") for name in ("connection", "connectionpool", "response", "util.retry")
)


def decide_what_the_client_logs() -> None:
    """Have the HTTP client's loggers look up now whether they are enabled.

    The first look-up after any change of levels needs logging's global lock. ``logging.config`` holds that lock
    while it closes handlers: sending would wait for the one who waits for the sending. Called by the waiting
    thread, which may take the lock again; as long as it holds it, the answers stay.
    """
    for logger in _CLIENT_LOGGERS:
        logger.isEnabledFor(logging.DEBUG)
        logger.isEnabledFor(logging.WARNING)


class Outcome(NamedTuple):
    """What came of one request."""

    status: int | None
    """None where there was no answer."""
    problem: str = ""
    """For people; empty where the request was accepted."""
    rejected_records: int = 0
    """Of a request that was accepted in part."""
    retry_after_seconds: float | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the collector took the request."""
        return self.status is not None and self.status in _OK

    @property
    def is_retryable(self) -> bool:
        """Whether the same bytes may be sent again."""
        return self.status is None or self.status in _RETRYABLE_STATUSES

    @property
    def reason(self) -> str:
        """The reason under which its records are counted if they are dropped."""
        return "unreachable" if self.status is None else f"http_{self.status}"


class Transport:
    """Posts to one URL through one kept-open connection. Connects at the first request. For one thread."""

    def __init__(self, url: str, headers: Mapping[str, str], *, is_gzip: bool) -> None:
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {
            **headers,
            "content-type": "application/x-protobuf",
            "user-agent": f"spanlog/{__version__}",
            **({"content-encoding": "gzip"} if is_gzip else {}),
        }
        self._pool: urllib3.HTTPConnectionPool | None = None

    def post(self, content: bytes, timeout_seconds: float) -> Outcome:
        """Send a request. Raises nothing: whatever went wrong is in the outcome."""
        try:
            return self._post(content, timeout_seconds)
        except Exception as error:  # noqa: BLE001 - the outcome of anything unforeseen is that nothing was sent
            return Outcome(None, _problem(error))

    def close(self) -> None:
        """Close the connection."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _post(self, content: bytes, timeout_seconds: float) -> Outcome:
        if self._pool is None:
            self._pool = urllib3.connection_from_url(self._origin, maxsize=1)
        response = self._pool.urlopen(
            "POST",
            self._target,
            body=content,
            headers=self._headers,
            retries=False,
            redirect=False,
            timeout=urllib3.Timeout(total=timeout_seconds),
            preload_content=False,
        )
        answer = b""
        try:
            answer = response.read(_MAX_RESPONSE_BYTES)
        finally:
            # A connection with an answer left on it cannot be used again.
            if response.length_remaining or len(answer) >= _MAX_RESPONSE_BYTES:
                response.close()
            response.release_conn()
        if response.status in _OK:
            return Outcome(response.status, rejected_records=_rejected_records(answer))
        return Outcome(
            response.status,
            f"HTTP {response.status}",
            retry_after_seconds=_retry_after_seconds(response.headers.get("retry-after")),
        )


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


def _retry_after_seconds(header: str | None) -> float | None:
    if header is None:
        return None
    try:
        return urllib3.Retry().parse_retry_after(header)
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def _problem(error: BaseException) -> str:
    """Say in a few words why there was no answer."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    known: tuple[tuple[type[BaseException], str], ...] = (
        (ConnectionRefusedError, "connection refused"),
        (urllib3.exceptions.NameResolutionError, "host not found"),
        (urllib3.exceptions.TimeoutError, "timed out"),
        (TimeoutError, "timed out"),
        (urllib3.exceptions.SSLError, "TLS failed"),
        (ConnectionResetError, "connection reset"),
    )
    for kind, text in known:
        if any(isinstance(link, kind) for link in chain):
            return text
    return type(error).__name__
