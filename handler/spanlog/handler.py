"""``SpanlogHandler``: attach it to a logger, and what is logged arrives at a collector."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING, Unpack

from spanlog import _lifecycle
from spanlog._record import RecordEncoder
from spanlog._worker import SENDING_THREADS, Worker
from spanlog.config import HandlerConfig, HandlerOptions

if TYPE_CHECKING:
    from spanlog._stats import HandlerStats


class SpanlogHandler(logging.Handler):
    """Sends log records to an OTLP collector, in batches, from a background thread.

    ``SpanlogHandler("crypto")``                                    to a collector on this machine
    ``SpanlogHandler("crypto", endpoint="http://logs:4318")``       to another one
    ``{"class": "spanlog.SpanlogHandler", "agent_id": "crypto"}``   in ``logging.config.dictConfig``

    It never raises into the program and never makes it wait: a record that cannot be sent is counted in
    ``stats()`` and told on standard error. The record itself is left as it was, for other handlers. A
    formatter set on the handler makes the body; exceptions and stacks travel as attributes of their own.

    Args:
        agent_id: who logs, at most 64 characters. Else ``SPANLOG_AGENT_ID``.
        session_key: which run or conversation. Else ``SPANLOG_SESSION_KEY``.
        category: a free tag for every record that brings none of its own.
        source: where the records come in; ``handler`` unless told otherwise.
        endpoint: the collector's URL, with or without ``/v1/logs``. Else
            ``OTEL_EXPORTER_OTLP_LOGS_ENDPOINT``, ``OTEL_EXPORTER_OTLP_ENDPOINT``, ``SPANLOG_ENDPOINT``,
            ``http://127.0.0.1:4318``.
        api_key: sent as ``Authorization: Bearer``. Else ``OTEL_EXPORTER_OTLP_HEADERS``, ``SPANLOG_API_KEY``.
        level: the lowest level taken, as for any handler.
        **options: ``HandlerOptions``; ``HandlerConfig`` says what each one means.

    Raises:
        ConfigurationError: a setting cannot be used. A collector that is not running is no error.
    """

    def __init__(  # noqa: PLR0913 - one argument for each thing a program may say
        self,
        agent_id: str | None = None,
        *,
        session_key: str | None = None,
        category: str | None = None,
        source: str | None = None,
        endpoint: str | None = None,
        api_key: str | None = None,
        level: int | str = logging.NOTSET,
        **options: Unpack[HandlerOptions],
    ) -> None:
        config = HandlerConfig.from_env(
            agent_id,
            session_key=session_key,
            category=category,
            source=source,
            endpoint=endpoint,
            api_key=api_key,
            **options,
        )
        super().__init__(level)
        self._config = config
        self._encode = RecordEncoder(config).encode
        self._worker = Worker(config)
        self._put = self._worker.queue.put
        # A handler that is forgotten without close() still sends what it has, and its thread ends.
        weakref.finalize(self, _close_forgotten, self._worker).atexit = False

    @property
    def config(self) -> HandlerConfig:
        """The settings in force."""
        return self._config

    def handle(self, record: logging.LogRecord) -> bool:
        """Take a record if level and filters let it pass. Raises nothing, takes no lock."""
        try:
            if record.levelno < self.level or (record.thread or threading.get_ident()) in SENDING_THREADS:
                return False
            if self.filters:
                passed: bool | logging.LogRecord = self.filter(record)
                if not passed:
                    return False
                if isinstance(passed, logging.LogRecord):
                    # Since Python 3.12 a filter may give another record to go on with.
                    record = passed
            self._put(self._encode(record, self.formatter))
        except Exception:  # noqa: BLE001 - the last resort: a handler must not hurt the program it is attached to
            self._worker.queue.count_dropped("error")
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record whatever level and filters say. Raises nothing, takes no lock."""
        try:
            self._put(self._encode(record, self.formatter))
        except Exception:  # noqa: BLE001 - as in handle()
            self._worker.queue.count_dropped("error")

    def stats(self) -> HandlerStats:
        """Give the counters of this process; they balance at every moment, see ``HandlerStats``."""
        return self._worker.queue.stats()

    def flush(self, timeout_seconds: float | None = None) -> bool:  # type: ignore[override]  # logging gives None
        """Send everything accepted so far, and wait for it.

        Args:
            timeout_seconds: how long to wait at most; ``shutdown_seconds`` of the settings if not given.

        Returns:
            Whether all of it was sent, or put on disk, or dropped and accounted for.
        """
        with _lifecycle.counted_wait():
            if timeout_seconds is None:
                return self._worker.flush(_lifecycle.close_deadline(self._config.shutdown_seconds))
            return self._worker.flush(time.monotonic() + timeout_seconds)

    def close(self) -> None:
        """Send what waits, for at most ``shutdown_seconds``, put the rest on disk, end the thread.

        May be called again. A record that comes later is taken as before, because logging's own
        re-configuration closes handlers that stay attached.
        """
        deadline = _lifecycle.close_deadline(self._config.shutdown_seconds)
        with _lifecycle.counted_wait():
            self._worker.begin_close(deadline)
            self._worker.finish_close(deadline)
        super().close()


def _close_forgotten(worker: Worker) -> None:
    # Runs wherever the garbage collector happens to be, so it must not wait.
    worker.begin_close(_lifecycle.close_deadline(worker.shutdown_seconds))
