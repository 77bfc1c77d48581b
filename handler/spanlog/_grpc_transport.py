"""OTLP/gRPC, with the extra ``grpc``: one call to a collector and what came of it.

The bytes go as they are, without message objects. Rules: the OTLP specification ("OTLP/gRPC Response" and
"OTLP/gRPC Throttling"): which codes are worth another try, and ``RetryInfo`` for when. A code is given on as the
HTTP status that means the same to the sender.

A channel belongs to the process and the thread that made it, and is made at the first request. Programs that fork:
see ``_grpc_fork``.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

# Read when gRPC is imported: without it, the first call in a forked child hangs for the threads that only its parent
# has. A program that decided otherwise, or imported gRPC before, keeps its decision.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "true")

import grpc
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

from spanlog._body import is_gzipped, unpacked
from spanlog._grpc_fork import CALLS
from spanlog._tls import tls_context
from spanlog._transport import Outcome
from spanlog._version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spanlog.config import HandlerConfig

LOGS_METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

_OK, _BAD_REQUEST, _TOO_LARGE, _TOO_MANY, _INTERNAL, _UNAVAILABLE = 200, 400, 413, 429, 500, 503
# Not asked again, except as below.
_STATUS_BY_CODE = {
    grpc.StatusCode.INVALID_ARGUMENT: _BAD_REQUEST,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.UNIMPLEMENTED: 404,
    # The specification's retryable codes. UNAVAILABLE and DEADLINE_EXCEEDED are no answer: see _outcome_of.
    grpc.StatusCode.CANCELLED: _UNAVAILABLE,
    grpc.StatusCode.ABORTED: _UNAVAILABLE,
    grpc.StatusCode.OUT_OF_RANGE: _UNAVAILABLE,
    grpc.StatusCode.DATA_LOSS: _UNAVAILABLE,
}
_STATUS_DETAILS_KEY = "grpc-status-details-bin"
# What servers in C++, Go, Java and Rust say of a message that is too large.
_TOO_LARGE_WORDS = ("larger than", "too large", "exceeds")
# Set by gRPC itself.
_RESERVED_HEADERS = frozenset({"content-type", "user-agent", "host", "te"})
_OPTIONS: list[tuple[str, str | int]] = [
    ("grpc.primary_user_agent", f"spanlog/{__version__}"),
    # The sender decides about another try, and needs a new connection then, not the backoff of an old one.
    ("grpc.enable_retries", 0),
    ("grpc.use_local_subchannel_pool", 1),
    # As OTLP/HTTP: nothing goes anywhere but to the endpoint.
    ("grpc.enable_http_proxy", 0),
]


class GrpcTransport:
    """Calls one method of one collector through one channel. A ``Transport``.

    Args:
        url: ``http://host:port`` for plain text, ``https://host:port`` for TLS.
        headers: sent as metadata.
        compress: whether gRPC compresses what it sends.
        credentials: what TLS is spoken with, for https.
        method: the full name of the method.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        compress: bool,
        credentials: grpc.ChannelCredentials | None = None,
        method: str = LOGS_METHOD,
    ) -> None:
        parts = urlsplit(url)
        self._target = f"{parts.hostname}:{parts.port}" if parts.port else parts.netloc
        if parts.hostname is not None and ":" in parts.hostname:
            self._target = parts.netloc  # an IPv6 address stays in its brackets
        self._credentials = (credentials or grpc.ssl_channel_credentials()) if parts.scheme == "https" else None
        self._metadata = tuple(_metadata(headers))
        self._compression = grpc.Compression.Gzip if compress else grpc.Compression.NoCompression
        self._method = method
        self._channel: grpc.Channel | None = None
        self._export: Any = None
        self._is_interrupted = False

    def send(self, body: bytes, timeout_seconds: float) -> Outcome:
        """Send the body of a request. Raises nothing: whatever went wrong is in the outcome."""
        try:
            message = unpacked(body) if is_gzipped(body) else body
            outcome = self._outcome_of_call(message, time.monotonic() + timeout_seconds)
        except Exception as error:  # noqa: BLE001 - the outcome of anything unforeseen is that nothing was sent
            outcome = Outcome(None, type(error).__name__)
        if outcome.is_retryable:
            # The next try connects anew.
            self.close()
        return outcome

    def close(self) -> None:
        """Close the channel."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def interrupt(self) -> None:
        """Break off the call that is under way; ``send`` makes it again. From any thread."""
        channel = self._channel
        if channel is not None:
            self._is_interrupted = True
            channel.close()

    def _outcome_of_call(self, message: bytes, deadline: float) -> Outcome:
        while True:
            try:
                answer = CALLS.run(self, lambda: self._call(message, deadline))
            except (grpc.RpcError, ValueError) as error:
                # gRPC says with a ValueError that the channel was closed before the call began.
                was_interrupted, self._is_interrupted = self._is_interrupted, False
                if was_interrupted and time.monotonic() < deadline:
                    self.close()
                    continue
                if isinstance(error, ValueError):
                    raise
                return _outcome_of(error)
            return Outcome(_OK, rejected_records=_rejected_records(answer))

    def _call(self, message: bytes, deadline: float) -> bytes:
        if self._channel is None:
            self._connect()
        answer: bytes = self._export(message, timeout=deadline - time.monotonic(), metadata=self._metadata)
        return answer

    def _connect(self) -> None:
        settings: dict[str, Any] = {"options": _OPTIONS, "compression": self._compression}
        if self._credentials is not None:
            channel = grpc.secure_channel(self._target, self._credentials, **settings)
        else:
            channel = grpc.insecure_channel(self._target, **settings)
        # Without serializers: bytes in, bytes out.
        self._export = channel.unary_unary(self._method)
        self._channel = channel


def credentials_for(config: HandlerConfig) -> grpc.ChannelCredentials:
    """Read the files that the settings name.

    Raises:
        ConfigurationError: one cannot be used.
    """
    # gRPC would find out with the first request, and not say which file it is.
    tls_context(config)
    # A key may be in the file of its certificate.
    files = (
        config.certificate_file,
        config.client_key_file or config.client_certificate_file,
        config.client_certificate_file,
    )
    return grpc.ssl_channel_credentials(*[Path(name).read_bytes() if name is not None else None for name in files])


def _metadata(headers: Mapping[str, str]) -> list[tuple[str, str | bytes]]:
    return [
        (name, value.encode() if name.endswith("-bin") else value)
        for name, value in ((name.lower(), value) for name, value in headers.items())
        if name not in _RESERVED_HEADERS
    ]


def _outcome_of(error: Any) -> Outcome:
    code, details = error.code(), error.details() or ""
    retry_after_seconds = _retry_after_seconds(error)
    problem = f"gRPC {code.name}"
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return Outcome(None, "timed out")
    if code is grpc.StatusCode.UNAVAILABLE:
        if retry_after_seconds is not None:
            return Outcome(_UNAVAILABLE, problem, retry_after_seconds=retry_after_seconds)
        # gRPC has this one code for a collector that is not there and for one that is busy.
        return Outcome(None, "connection refused" if "refused" in details.lower() else problem)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        if retry_after_seconds is not None:
            return Outcome(_TOO_MANY, problem, retry_after_seconds=retry_after_seconds)
        is_too_large = any(words in details.lower() for words in _TOO_LARGE_WORDS)
        # Of a quota that is used up, smaller requests would use no less.
        return Outcome(_TOO_LARGE if is_too_large else _INTERNAL, problem)
    return Outcome(_STATUS_BY_CODE.get(code, _INTERNAL), problem, retry_after_seconds=retry_after_seconds)


def _retry_after_seconds(error: Any) -> float | None:
    """Read ``RetryInfo`` (google/rpc/error_details.proto) out of the status that comes with the error."""
    for key, value in error.trailing_metadata() or ():
        if key == _STATUS_DETAILS_KEY:
            try:
                status = Status.FromString(value)
            except DecodeError:
                return None
            for detail in status.details:
                info = RetryInfo()
                if detail.Unpack(info):
                    delay_seconds: float = info.retry_delay.seconds + info.retry_delay.nanos / 1e9
                    return max(0.0, delay_seconds)
    return None


def _rejected_records(answer: bytes) -> int:
    if not answer:
        return 0
    try:
        response = ExportLogsServiceResponse.FromString(answer)
    except DecodeError:
        return 0
    return max(0, response.partial_success.rejected_log_records)
