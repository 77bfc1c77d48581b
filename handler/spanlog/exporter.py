"""``SpanlogLogRecordExporter``: for programs that log through the OpenTelemetry SDK.

What it takes waits, is redacted, sent, tried again and spooled by the same code as a handler's records.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Unpack

from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

from spanlog import _lifecycle
from spanlog._otel_records import PlacedFinisher, placed_records
from spanlog._worker import Worker
from spanlog.config import HandlerConfig, HandlerOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk._logs import ReadableLogRecord

    from spanlog._stats import HandlerStats


class SpanlogLogRecordExporter(LogRecordExporter):
    """Sends the log records of the OpenTelemetry SDK to an OTLP collector, from a background thread.

    ``BatchLogRecordProcessor(SpanlogLogRecordExporter())``   in a program that sets up its own logger provider
    ``OTEL_LOGS_EXPORTER=spanlog``                            under ``opentelemetry-instrument``

    ``export`` never waits: success means that the records are taken, and ``stats()`` says what became of them.
    Resource, scope, ids and attributes are those of the SDK.

    Args:
        agent_id: who logs, where the SDK's resource has no ``gen_ai.agent.id``. Else ``SPANLOG_AGENT_ID``.
        endpoint: the collector's URL; as for ``SpanlogHandler``, and so are all others.
        api_key: sent as ``Authorization: Bearer``.
        **options: ``HandlerOptions``; the name and the attributes of the service are the SDK's business.

    Raises:
        ConfigurationError: a setting cannot be used. A collector that is not running is no error.
    """

    def __init__(
        self,
        agent_id: str | None = None,
        *,
        endpoint: str | None = None,
        api_key: str | None = None,
        **options: Unpack[HandlerOptions],
    ) -> None:
        self._config = HandlerConfig.from_env(agent_id, endpoint=endpoint, api_key=api_key, **options)
        self._worker = Worker(self._config, PlacedFinisher)
        self._is_shut_down = False
        # One that is forgotten without shutdown() still sends what it has, and its thread ends.
        weakref.finalize(self, _close_forgotten, self._worker).atexit = False

    @property
    def config(self) -> HandlerConfig:
        """The settings in force."""
        return self._config

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Take records. Raises nothing and waits for nothing.

        Returns:
            SUCCESS if all of them were taken; FAILURE for one that cannot be encoded at all, and after shutdown.
        """
        if self._is_shut_down:
            return LogRecordExportResult.FAILURE
        result = LogRecordExportResult.SUCCESS
        for placed in placed_records(batch, self._config.agent_id):
            if placed is None:
                self._worker.queue.count_dropped("error")
                result = LogRecordExportResult.FAILURE
            else:
                self._worker.queue.put(placed)
        return result

    def stats(self) -> HandlerStats:
        """Give the counters of this process; they balance at every moment, see ``HandlerStats``."""
        return self._worker.queue.stats()

    def force_flush(self, timeout_millis: float = 30_000) -> bool:
        """Send everything taken so far, and wait for it, for milliseconds at most.

        Returns:
            Whether all of it was sent, or put on disk, or dropped and accounted for.
        """
        with _lifecycle.counted_wait():
            return self._worker.flush(time.monotonic() + timeout_millis / 1e3)

    def shutdown(self, timeout_millis: float = 30_000) -> None:
        """Send what waits, for at most ``shutdown_seconds``, and put on disk what cannot be sent."""
        self._is_shut_down = True
        deadline = min(
            _lifecycle.close_deadline(self._config.shutdown_seconds), time.monotonic() + timeout_millis / 1e3
        )
        with _lifecycle.counted_wait():
            self._worker.begin_close(deadline)
            self._worker.finish_close(deadline)


def _close_forgotten(worker: Worker) -> None:
    # Runs wherever the garbage collector happens to be, so it must not wait.
    worker.begin_close(_lifecycle.close_deadline(worker.shutdown_seconds))
