"""OTLP over HTTP: a bare ASGI application.

Rules: opentelemetry.io/docs/specs/otlp/#otlphttp. Errors are ``google.rpc.Status`` in the request's own encoding;
only 429, 502, 503 and 504 may be retried by clients.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.message import Message as ProtobufMessage
from google.rpc import code_pb2
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsPartialSuccess,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from spanlog_collector.exceptions import (
    CollectorError,
    JournalUnavailableError,
    MalformedRequestError,
    OverloadedError,
    RequestTooLargeError,
    UnsupportedEncodingError,
)
from spanlog_collector.ingest import Ingest, Settled
from spanlog_collector.otlp.bounds import check_bounds, check_json_bounds
from spanlog_collector.otlp.description import LOGS, TRACES, Signal
from spanlog_collector.receivers.arrivals import Arrival, Arrivals
from spanlog_collector.receivers.bound_keys import keep_own, partial_success
from spanlog_collector.receivers.inflate import STEP_BYTES, GzipBody
from spanlog_collector.receivers.known_heads import KnownHead, KnownHeads
from spanlog_keys import ForbiddenError, Gate, RefusedError, Scope, TooManyRequestsError, UnauthenticatedError

logger: Final = logging.getLogger(__name__)

AsgiScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_PROTOBUF: Final = "application/x-protobuf"
_JSON: Final = "application/json"
_TEXT_OF: Final = {_PROTOBUF.encode(): _PROTOBUF, _JSON.encode(): _JSON}
"""The two content types as nearly all senders write them."""

_SIGNALS: Final[dict[str, tuple[Signal, ProtobufMessage]]] = {
    "/v1/logs": (LOGS, ExportLogsServiceResponse()),
    "/v1/traces": (TRACES, ExportTraceServiceResponse()),
}
_METRICS_PATH: Final = "/v1/metrics"
METRICS_NOT_STORED: Final = "spanlog stores logs and traces; metrics are not stored"

_STATUS_OF: Final[dict[type[CollectorError], tuple[int, int]]] = {
    MalformedRequestError: (400, code_pb2.INVALID_ARGUMENT),
    RequestTooLargeError: (413, code_pb2.RESOURCE_EXHAUSTED),
    UnsupportedEncodingError: (415, code_pb2.INVALID_ARGUMENT),
    OverloadedError: (503, code_pb2.UNAVAILABLE),
    JournalUnavailableError: (503, code_pb2.UNAVAILABLE),
}
_STATUS_OF_REFUSAL: Final[dict[type[RefusedError], tuple[int, int]]] = {
    UnauthenticatedError: (401, code_pb2.UNAUTHENTICATED),
    ForbiddenError: (403, code_pb2.PERMISSION_DENIED),
    TooManyRequestsError: (429, code_pb2.RESOURCE_EXHAUSTED),
}


@dataclass(slots=True)
class _Request:
    method: str
    path: str
    content_type: str
    content_encoding: str
    content_length: int | None
    authorization: str | None
    client: str

    @property
    def answers_json(self) -> bool:
        return self.content_type == _JSON


class OtlpHttpReceiver:
    """The ASGI application for ``/v1/logs``, ``/v1/traces`` and ``/v1/metrics``."""

    def __init__(self, ingest: Ingest, *, gate: Gate, max_body_bytes: int, arrivals: Arrivals) -> None:
        self._ingest = ingest
        self._gate = gate
        self._arrivals = arrivals
        self._max_body_bytes = max_body_bytes
        self.known_heads: Final = KnownHeads()

    def take(self, head: KnownHead, body: bytes, settled: Settled) -> bool:
        """Take one request that came whole; ``False`` if it has to be answered the long way (``short_way.py``)."""
        if len(body) > self._max_body_bytes or not self._gate.admits_freely(head.authorization, Scope.INGEST):
            return False
        try:
            arrival = self._arrivals.begin(len(body))
        except OverloadedError:
            return False

        def settle(is_kept: bool) -> None:
            arrival.close()
            settled(is_kept)

        is_taken = self._ingest.accept_calling("http", head.signal, body, settle)
        if not is_taken:
            arrival.close()
        return is_taken

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        request = _parse(scope)
        headers: list[tuple[bytes, bytes]] = []
        try:
            status, message = await self._answer(request, receive, headers)
        except CollectorError as error:
            status, code = _STATUS_OF[type(error)]
            message = Status(code=code, message=str(error))
            if isinstance(error, OverloadedError):
                headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
        except RefusedError as error:
            status, code = _STATUS_OF_REFUSAL[type(error)]
            message = Status(code=code, message=str(error))
            if isinstance(error, UnauthenticatedError):
                headers.append((b"www-authenticate", b"Bearer"))
            elif isinstance(error, TooManyRequestsError):
                headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
        except Exception:
            logger.exception("an OTLP request could not be answered")
            # Not the sender's fault and not known to be final, so a status that clients may retry.
            status, message = 503, Status(code=code_pb2.UNAVAILABLE, message="internal error; see the log")
            headers.append((b"retry-after", b"5"))
        body, content_type = _encode(message, answers_json=request.answers_json)
        headers.append((b"content-type", content_type))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, request: _Request, receive: Receive, headers: list[tuple[bytes, bytes]]
    ) -> tuple[int, ProtobufMessage]:
        if request.path not in _SIGNALS and request.path != _METRICS_PATH:
            return 404, Status(
                code=code_pb2.NOT_FOUND,
                message="there is nothing here; OTLP is taken at /v1/logs, /v1/traces and /v1/metrics",
            )
        if request.method != "POST":
            headers.append((b"allow", b"POST"))
            return 405, Status(code=code_pb2.UNIMPLEMENTED, message="OTLP is taken by POST")
        access = self._gate.admit(request.authorization, Scope.INGEST, request.client)
        if request.content_type not in (_PROTOBUF, _JSON):
            raise UnsupportedEncodingError(
                f"the content type {request.content_type[:100]!r} is not one of {_PROTOBUF} and {_JSON}"
            )
        self._check_announced(request)
        if request.path == _METRICS_PATH:
            arrival = self._arrivals.begin(request.content_length or 0)
            try:
                body = await self._read(request, receive, arrival)
                return 200, await asyncio.to_thread(_refuse_metrics, body, is_json=request.answers_json)
            finally:
                arrival.close()
        signal, response = _SIGNALS[request.path]
        with self._ingest.room_for("http", signal, self._arrivals, request.content_length or 0) as arrival:
            body = await self._read(request, receive, arrival)
            if access.agents is None:
                await self._ingest.accept("http", signal, body, is_json=request.answers_json)
                return 200, response
            own = await keep_own(signal, body, access, is_json=request.answers_json)
            await self._ingest.accept("http", signal, own.body)
            return 200, partial_success(signal, own, access)

    def _check_announced(self, request: _Request) -> None:
        if request.content_length is not None and request.content_length > self._max_body_bytes:
            raise self._too_large()
        if request.content_encoding not in ("", "identity", "gzip"):
            raise UnsupportedEncodingError(
                f"the content encoding {request.content_encoding[:100]!r} is not gzip or identity"
            )

    async def _read(self, request: _Request, receive: Receive, arrival: Arrival) -> bytes:
        gzip_body = GzipBody() if request.content_encoding == "gzip" else None
        chunks: list[bytes] = []
        received = 0
        is_more = True
        while is_more:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise MalformedRequestError("the sender went away before the end of the request")
            is_more = event.get("more_body", False)
            chunk = event.get("body", b"")
            received += len(chunk)
            if received > self._max_body_bytes:
                raise self._too_large()
            if gzip_body is None:
                self._keep(chunk, chunks, arrival)
                continue
            for step in gzip_body.steps(chunk):
                self._keep(step, chunks, arrival)
                if len(step) == STEP_BYTES:
                    # There may be much more of it; the other senders come first.
                    await asyncio.sleep(0)
        if gzip_body is not None:
            gzip_body.finish()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _keep(self, chunk: bytes, chunks: list[bytes], arrival: Arrival) -> None:
        if arrival.came_bytes + len(chunk) > self._max_body_bytes:
            raise self._too_large()
        arrival.add(len(chunk))
        chunks.append(chunk)

    def _too_large(self) -> RequestTooLargeError:
        return RequestTooLargeError(f"the request is larger than {self._max_body_bytes} bytes; send smaller batches")


def _parse(scope: AsgiScope) -> _Request:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    content_type = headers.get(b"content-type", b"")
    length = headers.get(b"content-length")
    authorization = headers.get(b"authorization")
    client = scope.get("client")
    return _Request(
        method=scope["method"],
        path=scope["path"].rstrip("/"),
        content_type=_TEXT_OF.get(content_type) or content_type.decode("latin-1").partition(";")[0].strip().lower(),
        content_encoding=headers.get(b"content-encoding", b"").decode("latin-1").strip().lower(),
        content_length=int(length) if length is not None and length.isdigit() else None,
        authorization=authorization.decode("latin-1") if authorization is not None else None,
        client=client[0] if client else "",
    )


def _encode(message: ProtobufMessage, *, answers_json: bool) -> tuple[bytes, bytes]:
    if answers_json:
        return json_format.MessageToJson(message, indent=None).encode(), _JSON.encode()
    return message.SerializeToString(), _PROTOBUF.encode()


def _refuse_metrics(body: bytes, *, is_json: bool) -> ExportMetricsServiceResponse:
    try:
        if is_json:
            check_json_bounds(body)
            request = json_format.Parse(body, ExportMetricsServiceRequest(), ignore_unknown_fields=True)
        else:
            request = parse_metrics(body)
    except RequestTooLargeError:
        raise
    except Exception as error:
        raise MalformedRequestError(f"the body is not an OTLP ExportMetricsServiceRequest: {error}") from error
    return metrics_response(request)


def parse_metrics(body: bytes) -> ExportMetricsServiceRequest:
    """Return the request in ``body``.

    Raises:
        RequestTooLargeError: it holds more messages than one request may.
        google.protobuf.message.DecodeError: it is no request.
    """
    check_bounds(ExportMetricsServiceRequest.DESCRIPTOR, body)
    return ExportMetricsServiceRequest.FromString(body)


def metrics_response(request: ExportMetricsServiceRequest) -> ExportMetricsServiceResponse:
    """Return the answer that says how many data points of ``request`` are not stored."""
    points = sum(
        len(getattr(metric, kind).data_points)
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if (kind := metric.WhichOneof("data")) is not None
    )
    if not points:
        return ExportMetricsServiceResponse()
    return ExportMetricsServiceResponse(
        partial_success=ExportMetricsPartialSuccess(rejected_data_points=points, error_message=METRICS_NOT_STORED)
    )
