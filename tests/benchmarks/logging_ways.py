"""The ways of logging that ``handler_cost`` compares: each is attached to a logger, and can be told to finish."""

from __future__ import annotations

import importlib.util
import logging
import logging.handlers
import os
import queue
from collections.abc import Callable

# More than any run logs: a handler that drops records is cheap. What cannot be told so keeps its own bound.
ROOM = 10**9

Finish = Callable[[], object]


def attach_null(logger: logging.Logger, endpoint: str, room: int) -> Finish:
    """Do nothing: what logging itself costs, and what all others are measured above."""
    logger.addHandler(logging.NullHandler())
    return lambda: None


def attach_queue(logger: logging.Logger, endpoint: str, room: int) -> Finish:
    """Put records into a queue that nobody reads: the standard library's way to be quick."""
    logger.addHandler(logging.handlers.QueueHandler(queue.SimpleQueue()))
    return lambda: None


def attach_spanlog(logger: logging.Logger, endpoint: str, room: int) -> Finish:
    """Send with all that spanlog does unless it is told otherwise; only the bounds of its queue are lifted."""
    import spanlog

    # A queue that is not to be sent from is one that waits for company.
    waiting = {"flush_interval_seconds": 3_600.0, "max_batch_records": ROOM} if room != ROOM else {}
    handler = spanlog.SpanlogHandler(
        "bench", endpoint=endpoint, max_queue_records=ROOM, max_queue_bytes=ROOM * 10_000, **waiting
    )
    logger.addHandler(handler)

    def finish() -> None:
        assert handler.flush(timeout_seconds=120)
        stats = handler.stats()
        assert stats["sent"] == stats["accepted"], stats

    return finish


def attach_opentelemetry(logger: logging.Logger, endpoint: str, room: int) -> Finish:
    """Send with the handler of OpenTelemetry's SDK, in batches, by OTLP/HTTP."""
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    waiting = {"schedule_delay_millis": 3_600_000, "max_export_batch_size": ROOM} if room != ROOM else {}
    provider = LoggerProvider()
    exporter = OTLPLogExporter(endpoint=f"{endpoint}/v1/logs")
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter, max_queue_size=ROOM, **waiting))
    logger.addHandler(LoggingHandler(logger_provider=provider))
    return lambda: provider.force_flush(120_000)


def attach_logfire(logger: logging.Logger, endpoint: str, room: int) -> Finish:
    """Send with logfire's handler, to a server of one's own."""
    os.environ["OTEL_BSP_MAX_QUEUE_SIZE"] = str(ROOM)
    import logfire

    logfire.configure(
        token="pylf_v1_local_bench",
        send_to_logfire=True,
        console=False,
        metrics=False,
        advanced=logfire.AdvancedOptions(base_url=endpoint),
    )
    logger.addHandler(logfire.LogfireLoggingHandler())
    return lambda: logfire.force_flush(120_000)


def attach_sentry(logger: logging.Logger, endpoint: str, room: int) -> Finish:
    """Send with sentry-sdk's structured logs; from ERROR on it also makes an event, as it does by default."""
    import sentry_sdk

    sentry_sdk.init(dsn=endpoint.replace("http://", "http://key@") + "/1", enable_logs=True)
    # Its integration hooks into the logging module: the logger needs some handler of its own to be heard at all.
    logger.addHandler(logging.NullHandler())
    return lambda: sentry_sdk.flush(120)


WAYS: dict[str, tuple[str, Callable[[logging.Logger, str, int], Finish]]] = {
    "NullHandler": ("logging", attach_null),
    "QueueHandler": ("logging", attach_queue),
    "spanlog": ("spanlog", attach_spanlog),
    "OpenTelemetry SDK": ("opentelemetry.sdk._logs", attach_opentelemetry),
    "logfire": ("logfire", attach_logfire),
    "sentry-sdk": ("sentry_sdk", attach_sentry),
}
"""By name: the module that an importing program pays for, and how to attach."""


def is_installed(way: str) -> bool:
    """Whether a way can be measured here."""
    return importlib.util.find_spec(WAYS[way][0].partition(".")[0]) is not None
