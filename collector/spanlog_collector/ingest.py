"""What every receiver does with a request: check it, put it on disk, count it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from spanlog_collector.exceptions import (
    JournalUnavailableError,
    MalformedRequestError,
    OverloadedError,
    RequestTooLargeError,
)
from spanlog_collector.journal.writer import Journal
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.check import CheckedRequest, check_request
from spanlog_collector.otlp.description import SIGNALS, Signal
from spanlog_collector.otlp.json_codec import json_to_protobuf
from spanlog_collector.otlp.loss_reports import reported_losses
from spanlog_collector.receivers.arrivals import Arrival, Arrivals

Settled = Callable[[bool], None]
"""Is told whether a request is on disk."""

_INLINE_BYTES: Final = 1024 * 1024
"""Above this, checking a request would hold up the others: it is done in a thread."""
_LARGE_BYTES: Final = 8 * 1024 * 1024
"""Above this, and for JSON, checking may take seconds."""


class Ingest:
    """Takes export requests of any protocol; returns when they are durable."""

    def __init__(self, journal: Journal, metrics: CollectorMetrics) -> None:
        self._journal = journal
        self._metrics = metrics
        # A request takes several times its size while it is parsed, and two at once are not faster: the interpreter
        # runs one. Those that take long have a queue of their own.
        self._quick_check = asyncio.Semaphore(1)
        self._slow_check = asyncio.Semaphore(1)
        # labels() takes as long as the rest of counting several times over.
        self._records = {signal: metrics.records.labels(signal.name) for signal in SIGNALS}
        self._outcomes: dict[tuple[str, Signal, str], Callable[[], None]] = {}

    @contextmanager
    def room_for(self, protocol: str, signal: Signal, arrivals: Arrivals, size_bytes: int) -> Iterator[Arrival]:
        """Keep room for a request while it is read and taken; refuse it before, where it would be refused afterwards.

        Raises:
            OverloadedError: too much arrives at once.
            JournalUnavailableError: it cannot be kept now.
        """
        try:
            self._journal.check_room(size_bytes)
            arrival = arrivals.begin(size_bytes)
        except OverloadedError:
            self._count(protocol, signal, "unavailable")
            raise
        try:
            yield arrival
        finally:
            arrival.close()

    async def accept(self, protocol: str, signal: Signal, body: bytes, *, is_json: bool = False) -> int:
        """Take one request and return how many records it holds, once they are on disk.

        Raises:
            MalformedRequestError: it is no request of ``signal``.
            RequestTooLargeError: it holds more messages than one request may.
            JournalUnavailableError: it cannot be kept now.
        """
        try:
            if is_json or len(body) > _INLINE_BYTES:
                async with self._slow_check if is_json or len(body) > _LARGE_BYTES else self._quick_check:
                    checked = await asyncio.to_thread(_check, signal, body, is_json=is_json)
            else:
                checked = check_request(signal, body)
            if not checked.records:
                self._count(protocol, signal, "empty")
                return 0
            is_new = await self._journal.append_async(signal, checked.body)
        except MalformedRequestError:
            self._count(protocol, signal, "malformed")
            raise
        except RequestTooLargeError:
            self._count(protocol, signal, "too_large")
            raise
        except JournalUnavailableError:
            self._count(protocol, signal, "unavailable")
            raise
        self._count_taken(protocol, signal, checked, is_new=is_new)
        return checked.records

    def accept_calling(self, protocol: str, signal: Signal, body: bytes, settled: Settled) -> bool:
        """Take one small request without a task to wait in; ``settled`` is called in this event loop, after this.

        ``False`` if that cannot be done: nothing was taken or counted, and ``accept`` says why.
        """
        if len(body) > _INLINE_BYTES:
            return False
        try:
            checked = check_request(signal, body)
        except MalformedRequestError:
            return False
        if not checked.records:
            return False

        def settle(is_new: bool, failure: JournalUnavailableError | None) -> None:
            if failure is None:
                self._count_taken(protocol, signal, checked, is_new=is_new)
            settled(failure is None)

        try:
            self._journal.append_calling(signal, checked.body, asyncio.get_running_loop(), settle)
        except JournalUnavailableError:
            return False
        return True

    def _count_taken(self, protocol: str, signal: Signal, checked: CheckedRequest, *, is_new: bool) -> None:
        self._count(protocol, signal, "accepted" if is_new else "duplicate")
        if is_new:
            self._records[signal].inc(checked.records)
            for reason, count in reported_losses(signal, checked.body).items():
                self._metrics.handler_dropped.labels(reason).inc(count)
        else:
            self._metrics.duplicates.labels(signal.name).inc()

    def _count(self, protocol: str, signal: Signal, outcome: str) -> None:
        count = self._outcomes.get((protocol, signal, outcome))
        if count is None:
            count = self._metrics.requests.labels(protocol, signal.name, outcome).inc
            self._outcomes[protocol, signal, outcome] = count
        count()


def _check(signal: Signal, body: bytes, *, is_json: bool) -> CheckedRequest:
    return check_request(signal, json_to_protobuf(signal, body) if is_json else body)
