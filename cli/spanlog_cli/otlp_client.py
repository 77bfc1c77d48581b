"""Log requests to a collector over OTLP/HTTP, tried again as long as OTLP allows it and the patience lasts."""

import gzip
import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

import urllib3

from spanlog_cli.exceptions import CommandError

# OTLP specification, "OTLP/HTTP Response": only these may be tried again.
_RETRYABLE_STATUSES: Final = frozenset({429, 502, 503, 504})
_OK: Final = range(200, 300)
_FIRST_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 10.0

_ADVICE: Final = {
    401: "the collector asks for a key: set SPANLOG_API_KEY or give --api-key-file",
    404: "is it an OTLP/HTTP collector? (4318 is the usual port, and 8421 the query API's)",
    405: "is it an OTLP/HTTP collector? (4318 is the usual port, and 8421 the query API's)",
    413: "a record is larger than the collector takes",
}


class DeliveryError(CommandError):
    """A request was not acknowledged.

    Attributes:
        is_mendable: whether the collector refused it for good (a key, an address), so that waiting is of no use.
    """

    exit_code = 1

    def __init__(self, message: str, *, is_mendable: bool = False) -> None:
        super().__init__(message)
        self.is_mendable = is_mendable


class Acknowledgement(NamedTuple):
    """The collector took the request."""

    rejected_records: int = 0
    """How many records of it were refused for good (partial success)."""
    reason: str = ""


class OtlpClient:
    """Sends to one logs URL. Connects at the first request; use it with ``with``.

    Args:
        logs_url: the full URL, such as ``http://127.0.0.1:4318/v1/logs``.
        headers: sent with every request.
        retry_seconds: how long one request is tried again; 0 for once.
        on_wait: told, before every pause, why and for how many seconds.
    """

    def __init__(
        self,
        logs_url: str,
        headers: Mapping[str, str],
        *,
        timeout_seconds: float = 10.0,
        retry_seconds: float = 60.0,
        on_wait: Callable[[str, float], None] = lambda _problem, _seconds: None,
    ) -> None:
        parts = urlsplit(logs_url)
        self.base_url = f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/v1/logs')}"
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {
            **headers,
            "content-type": "application/x-protobuf",
            "content-encoding": "gzip",
            "user-agent": "spanlog-cli",
        }
        self._retry_seconds = retry_seconds
        self._on_wait = on_wait
        self._pool = urllib3.connection_from_url(
            f"{parts.scheme}://{parts.netloc}",
            timeout=urllib3.Timeout(total=timeout_seconds),
            retries=False,
            maxsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.close()

    def send(self, content: bytes, *, is_last_try: bool = False) -> Acknowledgement:
        """Send one ``ExportLogsServiceRequest``; the bytes of every try are the same.

        Args:
            content: the serialized request, not compressed.
            is_last_try: try once, whatever the patience.

        Raises:
            DeliveryError: it was refused for good, or the patience has run out.
        """
        # Without a time in the gzip header, so that the collector recognises what it already has.
        body = gzip.compress(content, compresslevel=1, mtime=0)
        deadline = time.monotonic() + (0.0 if is_last_try else self._retry_seconds)
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            answer = self._post(body)
            if isinstance(answer, Acknowledgement):
                return answer
            # Jitter: several senders that wait for one collector do not come back at one moment.
            wait_seconds = max(answer.retry_after_seconds, pause_seconds * random.uniform(0.5, 1.0))  # noqa: S311
            if time.monotonic() + wait_seconds > deadline:
                raise DeliveryError(answer.problem)
            self._on_wait(answer.problem, wait_seconds)
            time.sleep(wait_seconds)
            pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)

    def _post(self, body: bytes) -> "Acknowledgement | _Retryable":
        try:
            response = self._pool.urlopen("POST", self._target, body=body, headers=self._headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            return _Retryable(self._unreachable_line(error))
        if response.status in _OK:
            return _acknowledgement(response.data)
        problem = f"{self.base_url} answers {response.status}"
        if response.status in _RETRYABLE_STATUSES:
            return _Retryable(problem, _retry_after_seconds(response.headers.get("retry-after")))
        advice = _ADVICE.get(response.status) or _status_message(response.data)
        raise DeliveryError(f"{problem}: {advice}" if advice else problem, is_mendable=True)

    def _unreachable_line(self, error: urllib3.exceptions.HTTPError) -> str:
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            return f"{self.base_url} took too long to answer"
        if isinstance(error, urllib3.exceptions.ProtocolError):
            return f"{self.base_url} broke the connection"
        return f'nothing answers at {self.base_url}; start a stack with "spanlog up", or set SPANLOG_ENDPOINT'


class _Retryable(NamedTuple):
    problem: str
    retry_after_seconds: float = 0.0


def _acknowledgement(data: bytes) -> Acknowledgement:
    """Read a partial success; an answer that is no such message says nothing of one."""
    if not data:
        return Acknowledgement()
    # Imported where they are needed: an empty answer is the rule.
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (  # noqa: PLC0415
        ExportLogsServiceResponse,
    )

    try:
        partial = ExportLogsServiceResponse.FromString(data).partial_success
    except DecodeError:
        return Acknowledgement()
    return Acknowledgement(max(0, partial.rejected_log_records), partial.error_message)


def _status_message(data: bytes) -> str:
    """Read the message of a ``google.rpc.Status``, the body of OTLP's errors; empty where it is none."""
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - as above
    from google.rpc.status_pb2 import Status  # noqa: PLC0415

    try:
        status: Any = Status.FromString(data)
    except DecodeError:
        return ""
    return str(status.message)[:300]


def _retry_after_seconds(header: str | None) -> float:
    if header is None:
        return 0.0
    try:
        return max(0.0, urllib3.Retry().parse_retry_after(header))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return 0.0
