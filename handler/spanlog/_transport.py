"""The seam between what is sent and how: a transport carries the body of one request to a collector.

A body is the bytes of one ``ExportLogsServiceRequest``, gzipped or not (``_body``). It is made once and stays as
it is: for every retry, and on disk. So any transport can carry a body that another one left behind; whether it
is gzipped shows in its first bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from spanlog._capture import CapturableTransport
from spanlog.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from spanlog.config import HandlerConfig

# OTLP specification, "OTLP/HTTP Response": only these are retryable.
_RETRYABLE_STATUSES = frozenset({429, 502, 503, 504})
_TOO_LARGE_STATUS = 413
_OK = range(200, 300)


class Outcome(NamedTuple):
    """What came of one request."""

    status: int | None
    """An HTTP status, or what a transport of another kind has for it; None where there was no answer."""
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
    def is_too_large(self) -> bool:
        """Whether the same records may be sent again in smaller requests."""
        return self.status == _TOO_LARGE_STATUS

    @property
    def reason(self) -> str:
        """The reason under which its records are counted if they are dropped."""
        return "unreachable" if self.status is None else f"http_{self.status}"


class Transport(Protocol):
    """A way to one collector. Connects at the first request; used by one thread."""

    def send(self, body: bytes, timeout_seconds: float) -> Outcome:
        """Send the body of a request. Raises nothing: whatever went wrong is in the outcome."""

    def close(self) -> None:
        """Close the connection. A request that comes later opens another one."""


class TransportFactory(Protocol):
    """Makes one transport for one thread."""

    def __call__(self, while_waiting: Callable[[], None] | None = None, /) -> Transport:
        """Make it; ``while_waiting`` is called now and then while an answer is long in coming, if it can be."""


def transport_factory(config: HandlerConfig) -> TransportFactory:
    """Choose the transport that the settings ask for, and import what it needs.

    Called by the program's own thread: an import in the background thread while the program forks would leave
    its lock held in the child for ever. What is given makes one transport for one thread.

    Raises:
        ConfigurationError: it needs something that is not installed, or files that cannot be used.
    """
    if config.protocol == "grpc":
        return grpc_transport_factory(config.logs_url, config)
    from spanlog._http_transport import HttpTransport  # noqa: PLC0415 - most of what importing spanlog would cost
    from spanlog._tls import tls_context  # noqa: PLC0415 - as above

    tls = tls_context(config) if config.logs_url.startswith("https:") else None
    return lambda while_waiting=None: CapturableTransport(
        HttpTransport(config.logs_url, config.headers, tls, while_waiting)
    )


def grpc_transport_factory(url: str, config: HandlerConfig, **settings: str) -> TransportFactory:
    """Import gRPC, and give what makes a transport; ``settings`` as for ``GrpcTransport``.

    Raises:
        ConfigurationError: the extra is not installed, or a file for TLS cannot be used.
    """
    try:
        from spanlog._grpc_transport import GrpcTransport, credentials_for  # noqa: PLC0415 - an extra, and a heavy one
    except ImportError as error:
        raise ConfigurationError(
            f'OTLP/gRPC needs gRPC, which is not installed ({error}): pip install "spanlog[grpc]"'
        ) from None
    credentials = credentials_for(config) if url.startswith("https:") else None
    is_gzip = config.compression == "gzip"
    return lambda _while_waiting=None: CapturableTransport(
        GrpcTransport(url, config.headers, compress=is_gzip, credentials=credentials, **settings)
    )
