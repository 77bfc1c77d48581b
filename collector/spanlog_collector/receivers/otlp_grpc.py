"""OTLP over gRPC: handlers without deserializers, so that the bytes arrive as they were sent.

Rules: opentelemetry.io/docs/specs/otlp/#otlpgrpc. Overload is UNAVAILABLE with RetryInfo; bad data INVALID_ARGUMENT.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError
from google.rpc import code_pb2
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from spanlog_collector.addresses import Address, bind
from spanlog_collector.exceptions import AddressError, MalformedRequestError, OverloadedError, RequestTooLargeError
from spanlog_collector.ingest import Ingest
from spanlog_collector.otlp.description import LOGS, TRACES, Signal
from spanlog_collector.receivers.arrivals import Arrivals
from spanlog_collector.receivers.bound_keys import keep_own, partial_success
from spanlog_collector.receivers.otlp_http import metrics_response, parse_metrics
from spanlog_keys import Access, ForbiddenError, Gate, Scope, TooManyRequestsError, UnauthenticatedError

logger: Final = logging.getLogger(__name__)

_SERVICES: Final = {
    "opentelemetry.proto.collector.logs.v1.LogsService": LOGS,
    "opentelemetry.proto.collector.trace.v1.TraceService": TRACES,
}
_METRICS_SERVICE: Final = "opentelemetry.proto.collector.metrics.v1.MetricsService"
_EMPTY_RESPONSE: Final = b""
"""An Export…ServiceResponse with nothing set has no bytes."""
_INTERNAL_RETRY_SECONDS: Final = 5

_STATUS_OF: Final[dict[type[Exception], grpc.StatusCode]] = {
    ForbiddenError: grpc.StatusCode.PERMISSION_DENIED,
    MalformedRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    RequestTooLargeError: grpc.StatusCode.RESOURCE_EXHAUSTED,
}

_Handler = Callable[[bytes, Any], Awaitable[bytes]]


class OtlpGrpcReceiver:
    """The gRPC server for logs, traces and metrics."""

    def __init__(self, ingest: Ingest, *, gate: Gate, max_message_bytes: int, arrivals: Arrivals) -> None:
        self._ingest = ingest
        self._gate = gate
        self._max_message_bytes = max_message_bytes
        self._arrivals = arrivals
        self._server: Any = None

    async def start(self, address: Address) -> int:
        """Listen on ``address`` and return the port.

        Raises:
            AddressError: the port is taken, or the address is not this machine's.
        """
        if address.port:
            # gRPC would print its own words; ours say what to do.
            bind(address, "OTLP/gRPC", "--otlp-grpc").close()
        self._server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", self._max_message_bytes),
                # Two servers on one port would share the senders between them without a word.
                ("grpc.so_reuseport", 0),
            ]
        )
        handlers = {service: self._export(signal) for service, signal in _SERVICES.items()}
        handlers[_METRICS_SERVICE] = self._export_metrics
        self._server.add_generic_rpc_handlers(
            tuple(
                grpc.method_handlers_generic_handler(service, {"Export": grpc.unary_unary_rpc_method_handler(handler)})
                for service, handler in handlers.items()
            )
        )
        try:
            port = self._server.add_insecure_port(str(address))
        except RuntimeError as error:
            raise AddressError(
                f"OTLP/gRPC: cannot listen on {address} ({error}); choose another address with --otlp-grpc"
            ) from error
        await self._server.start()
        return int(port)

    async def stop(self, grace_seconds: float) -> None:
        """Stop listening; requests under way get ``grace_seconds``."""
        if self._server is not None:
            await self._server.stop(grace_seconds)

    def _export(self, signal: Signal) -> _Handler:
        async def export(body: bytes, context: Any) -> bytes:
            access = self._admit(context)
            answer = access if isinstance(access, _Refusal) else await self._take(signal, body, access)
            if isinstance(answer, _Refusal):
                # gRPC keeps the error that ends a call, and this frame with it, until cycles are collected: dozens of
                # refused requests. The body does not have to stay for that.
                del body
                await answer.tell(context)
            return answer

        return export

    async def _take(self, signal: Signal, body: bytes, access: Access) -> "bytes | _Refusal":
        try:
            with self._ingest.room_for("grpc", signal, self._arrivals, len(body)):
                if access.agents is None:
                    await self._ingest.accept("grpc", signal, body)
                    return _EMPTY_RESPONSE
                own = await keep_own(signal, body, access)
                await self._ingest.accept("grpc", signal, own.body)
                return partial_success(signal, own, access).SerializeToString()
        except (ForbiddenError, MalformedRequestError, RequestTooLargeError) as error:
            return _Refusal(_STATUS_OF[type(error)], str(error))
        except OverloadedError as error:
            return _Refusal(grpc.StatusCode.UNAVAILABLE, str(error), error.retry_after_seconds)
        except Exception:
            logger.exception("an OTLP request could not be answered")
            return _Refusal(grpc.StatusCode.UNAVAILABLE, "internal error; see the log", _INTERNAL_RETRY_SECONDS)

    async def _export_metrics(self, body: bytes, context: Any) -> bytes:
        access = self._admit(context)
        if isinstance(access, _Refusal):
            del body
            await access.tell(context)
        try:
            request = await asyncio.to_thread(parse_metrics, body)
        except RequestTooLargeError as error:
            del body
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, str(error))
        except DecodeError as error:
            await context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"the body is not an OTLP ExportMetricsServiceRequest: {error}",
            )
        return metrics_response(request).SerializeToString()

    def _admit(self, context: Any) -> "Access | _Refusal":
        metadata = dict(context.invocation_metadata() or ())
        try:
            return self._gate.admit(metadata.get("authorization"), Scope.INGEST, _host(context.peer()))
        except UnauthenticatedError as error:
            return _Refusal(grpc.StatusCode.UNAUTHENTICATED, str(error))
        except ForbiddenError as error:
            return _Refusal(grpc.StatusCode.PERMISSION_DENIED, str(error))
        except TooManyRequestsError as error:
            # Clients come back after RetryInfo, as they do after overload.
            return _Refusal(grpc.StatusCode.UNAVAILABLE, str(error), error.retry_after_seconds)


def _host(peer: str) -> str:
    """Return the address in ``ipv4:127.0.0.1:50000``, which has another port for each connection."""
    return peer.partition(":")[2].rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a request was not taken."""

    code: grpc.StatusCode
    message: str
    retry_after_seconds: int | None = None

    async def tell(self, context: Any) -> NoReturn:
        """End the call with it."""
        if self.retry_after_seconds is None:
            await context.abort(self.code, self.message)
        detail = AnyMessage()
        detail.Pack(RetryInfo(retry_delay=Duration(seconds=self.retry_after_seconds)))
        status = Status(code=code_pb2.UNAVAILABLE, message=self.message, details=[detail])
        await context.abort(
            self.code,
            self.message,
            trailing_metadata=(("grpc-status-details-bin", status.SerializeToString()),),
        )
        raise AssertionError("abort() does not return")
