"""A tracer provider for a program that has none: spans go where the records go."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from spanlog import _lifecycle
from spanlog._grpc_spans import grpc_span_exporter
from spanlog._resource import resource_attributes
from spanlog._session_spans import carry_sessions_into_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spanlog.config import HandlerConfig


def set_up_tracing(config: HandlerConfig) -> None:
    """Set a tracer provider that sends spans by OTLP/HTTP, unless the program has one or wants none."""
    if os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return
    present = trace.get_tracer_provider()
    if not isinstance(present, trace.ProxyTracerProvider):
        carry_sessions_into_spans(present)
        return
    attributes = {
        name: value
        for name, value in resource_attributes(config).items()
        if not name.startswith("telemetry.sdk.")  # the spans are made by OpenTelemetry's own SDK
    }
    exporter = _PunctualExporter(_span_exporter(config))
    provider = TracerProvider(resource=Resource.create(attributes), shutdown_on_exit=False)
    carry_sessions_into_spans(provider)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    _lifecycle.register_at_exit(_TracingEnd(provider, exporter, config.shutdown_seconds))


def _span_exporter(config: HandlerConfig) -> SpanExporter:
    # The exporter tries again within its timeout, and cannot be hurried: so never longer than the end of the
    # program may take.
    timeout_seconds = max(0.1, min(config.timeout_seconds, config.shutdown_seconds))
    if config.traces_protocol == "grpc":
        return grpc_span_exporter(config, timeout_seconds)
    return OTLPSpanExporter(
        endpoint=config.traces_url,
        headers=dict(config.headers),
        timeout=timeout_seconds,
        # None leaves it to the variables, of which spans have their own.
        certificate_file=_unless_set("CERTIFICATE", config.certificate_file),
        client_certificate_file=_unless_set("CLIENT_CERTIFICATE", config.client_certificate_file),
        client_key_file=_unless_set("CLIENT_KEY", config.client_key_file),
        compression=Compression.Gzip if config.compression == "gzip" else Compression.NoCompression,
    )


def _unless_set(variable: str, value: str | None) -> str | None:
    return None if os.environ.get(f"OTEL_EXPORTER_OTLP_TRACES_{variable}") else value


class _PunctualExporter(SpanExporter):
    """Exports until a deadline; afterwards it refuses, so that shutting down does not wait batch by batch."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.deadline: float | None = None

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self.deadline is not None and time.monotonic() >= self.deadline:
            return SpanExportResult.FAILURE
        return self._exporter.export(spans)

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


class _TracingEnd:
    """Sends the last spans when the program ends."""

    def __init__(self, provider: TracerProvider, exporter: _PunctualExporter, shutdown_seconds: float) -> None:
        self.shutdown_seconds = shutdown_seconds
        self._provider = provider
        self._exporter = exporter

    def begin_close(self, deadline: float) -> None:
        """Refuse to export after the deadline."""
        self._exporter.deadline = deadline

    def finish_close(self, deadline: float) -> None:  # noqa: ARG002 - the exporter keeps it
        """Send what waits."""
        self._provider.shutdown()
