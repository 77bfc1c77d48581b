"""For the tests of programs that log: what would have been sent, to assert on. Nothing leaves the process.

With pytest, import the fixture where it is used, or once in ``conftest.py``::

    from spanlog.testing import captured_records

    def test_a_failed_order_is_logged(captured_records):
        place_order("ETH", -1)
        (record,) = captured_records.records()
        assert (record.level, record.message) == ("ERROR", "order for ETH failed")
        assert record.exception.type == "ValueError"

Without pytest, ``with capture_records() as captured:`` does the same. Handlers that were there before, those of
``spanlog.configure()`` included, and those made inside are all captured, and so is ``SpanlogLogRecordExporter``. What
is captured went the whole way: it was encoded, redacted and batched, and comes back decoded.

It is no pytest plugin that loads itself, because that would cost every run of pytest on a machine with spanlog.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from spanlog import _lifecycle
from spanlog._body import unpacked
from spanlog._capture import captured_by
from spanlog._loss import LOGGER_NAME
from spanlog._transport import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

__all__ = ["CapturedRecord", "InMemoryTransport", "RecordedException", "capture_records"]

_OK = 200
_FLUSH_SECONDS = 30.0
_SECONDS_FOR_WHAT_WAS_BEFORE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedException:
    """What a record says of its exception."""

    type: str
    """``ValueError``, or ``module.Type`` for one that is not built in."""
    message: str
    stacktrace: str
    """As ``traceback.format_exception`` gives it; empty where there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedRecord:
    """One record as it would have been sent."""

    message: str
    level: str
    """DEBUG, INFO, WARN, ERROR or FATAL; for other levels, the name they were registered with."""
    severity_number: int
    """1 to 24, as OpenTelemetry counts."""
    logger: str
    agent_id: str | None
    """Of the record, or of the handler."""
    session_key: str | None
    category: str | None
    source: str | None
    template: str | None
    """The message before its arguments, where it had some."""
    trace_id: str
    """32 hex digits; empty outside of a trace."""
    span_id: str
    """16 hex digits; empty outside of a span."""
    parent_id: str | None
    exception: RecordedException | None
    attributes: dict[str, Any]
    """All attributes of the record, by name."""
    resource: dict[str, Any]
    """What is said of the process."""
    time_unix_nano: int
    """When it was logged, in nanoseconds since 1970."""


class InMemoryTransport:
    """Takes requests and keeps them. For any number of threads.

    Attributes:
        bodies: the requests as they would have been sent, gzipped or not, oldest first.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self._lock = threading.Lock()

    def send(self, body: bytes, timeout_seconds: float) -> Outcome:  # noqa: ARG002 - what a Transport is asked to do
        """Keep a request, and accept it."""
        with self._lock:
            self.bodies.append(body)
        return Outcome(_OK)

    def close(self) -> None:
        """Nothing is open."""

    def records(self) -> list[CapturedRecord]:
        """Give what was logged since the capture began or was cleared, in the order in which it was logged.

        Raises:
            TimeoutError: a handler is kept from sending for 30 seconds.
        """
        _flush_all()
        with self._lock:
            bodies = list(self.bodies)
        # Each handler sends when it likes. What is of one time, because a test stopped the clock, stays as it came.
        records = sorted((record for body in bodies for record in _decoded(body)), key=lambda pair: pair[0])
        return [record for _, record in records]

    def messages(self) -> list[str]:
        """Give the messages of ``records()``."""
        return [record.message for record in self.records()]

    def clear(self) -> None:
        """Forget what was logged so far."""
        _flush_all()
        with self._lock:
            self.bodies.clear()


@contextlib.contextmanager
def capture_records() -> Iterator[InMemoryTransport]:
    """Have everything that is logged through spanlog come here instead of going to a collector.

    What was logged before goes where it would have gone, or nowhere, if it cannot be sent at once. What waits in the
    spool on disk stays there.
    """
    if not _is_flushed(_SECONDS_FOR_WHAT_WAS_BEFORE):
        with captured_by(InMemoryTransport()):
            _flush_all()
    transport = InMemoryTransport()
    with captured_by(transport):
        try:
            yield transport
        finally:
            # What nobody asked for is still of this capture, and not for the collector.
            _is_flushed(_FLUSH_SECONDS)


with contextlib.suppress(ImportError):
    import pytest

    @pytest.fixture
    def captured_records() -> Iterator[InMemoryTransport]:
        """Give an ``InMemoryTransport`` that takes what is logged through spanlog during the test."""
        with capture_records() as transport:
            yield transport

    __all__ += ["captured_records"]


def _flush_all() -> None:
    if not _is_flushed(_FLUSH_SECONDS):
        raise TimeoutError(f"a handler could not send what it has within {_FLUSH_SECONDS:.0f} seconds")


def _is_flushed(seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    return all(worker.flush(deadline) for worker in _lifecycle.workers())


def _decoded(body: bytes) -> Iterator[tuple[int, CapturedRecord]]:
    """Give the records of a request with the time at which each was logged, on the clock of this machine."""
    request = ExportLogsServiceRequest.FromString(unpacked(body))
    for part in request.resource_logs:
        resource = _attributes(part.resource.attributes)
        for scope in part.scope_logs:
            for record in scope.log_records:
                # What spanlog says of its own losses is nothing that the program logged.
                if scope.scope.name != LOGGER_NAME:
                    observed = record.observed_time_unix_nano or record.time_unix_nano
                    yield observed, _captured(record, scope.scope.name, resource)


def _captured(record: LogRecord, logger: str, resource: dict[str, Any]) -> CapturedRecord:
    attributes = _attributes(record.attributes)
    body = _plain(record.body)
    return CapturedRecord(
        message=body if isinstance(body, str) else repr(body),
        level=record.severity_text,
        severity_number=record.severity_number,
        logger=logger,
        agent_id=attributes.get("gen_ai.agent.id", resource.get("gen_ai.agent.id")),
        session_key=attributes.get("session.id"),
        category=attributes.get("spanlog.category"),
        source=attributes.get("spanlog.source"),
        template=attributes.get("spanlog.template"),
        trace_id=record.trace_id.hex(),
        span_id=record.span_id.hex(),
        parent_id=attributes.get("spanlog.parent_id"),
        exception=_exception(attributes),
        attributes=attributes,
        resource=resource,
        time_unix_nano=record.time_unix_nano,
    )


def _exception(attributes: dict[str, Any]) -> RecordedException | None:
    if "exception.type" not in attributes:
        return None
    return RecordedException(
        type=attributes["exception.type"],
        message=attributes.get("exception.message", ""),
        stacktrace=attributes.get("exception.stacktrace", ""),
    )


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _plain(pair.value) for pair in pairs}


def _plain(value: AnyValue) -> Any:
    """Give the Python value that an AnyValue stands for."""
    match value.WhichOneof("value"):
        case None:
            return None
        case "array_value":
            return [_plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return _attributes(value.kvlist_value.values)
        case kind:
            return getattr(value, kind)
