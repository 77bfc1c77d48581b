"""Spans by OTLP/gRPC, over the same transport as the records."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from spanlog._backoff import Backoff
from spanlog._transport import Transport, grpc_transport_factory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.trace import ReadableSpan

    from spanlog.config import HandlerConfig


_METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


def grpc_span_exporter(config: HandlerConfig, timeout_seconds: float) -> SpanExporter:
    """Make an exporter for the settings; ``timeout_seconds`` is for one export with all its tries.

    Raises:
        ConfigurationError: the extra ``grpc`` is not installed.
    """
    return _GrpcSpanExporter(
        grpc_transport_factory(config.traces_url, config, method=_METHOD)(), config, timeout_seconds
    )


class _GrpcSpanExporter(SpanExporter):
    """Calls a collector, and tries again within a time, as the SDK's own exporter does."""

    def __init__(self, transport: Transport, config: HandlerConfig, timeout_seconds: float) -> None:
        self._transport = transport
        self._config = config
        self._timeout_seconds = timeout_seconds

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans; waits for the answer."""
        body = encode_spans(spans).SerializeToString()
        deadline = time.monotonic() + self._timeout_seconds
        backoff = Backoff(self._config.retry_initial_seconds, self._config.retry_max_seconds)
        while (now := time.monotonic()) < deadline:
            outcome = self._transport.send(body, deadline - now)
            if outcome.is_accepted:
                return SpanExportResult.SUCCESS
            backoff.failed(outcome)
            if not outcome.is_retryable or backoff.not_before >= deadline:
                break
            time.sleep(max(0.0, backoff.not_before - time.monotonic()))
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the channel."""
        self._transport.close()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the SDK's interface
        """Nothing waits here."""
        return True
