"""A batch's way to the collector: encoded and compressed once, tried until accepted or given up."""

from __future__ import annotations

import gzip
import os
import time
from typing import TYPE_CHECKING

from spanlog import _encode
from spanlog._exception import Stack, format_stack
from spanlog._resource import encoded_resource
from spanlog._transport import Outcome, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from spanlog._notice import Notices
    from spanlog._queue import Batch, RecordQueue
    from spanlog.config import HandlerConfig

_GZIP_LEVEL = 1
_SHORTEST_TIMEOUT_SECONDS = 0.05


class Sender:
    """Delivers batches one after another, in one thread.

    Args:
        config: the handler's settings.
        queue: where what became of a batch is accounted.
        notices: where trouble is told.
        close_deadline: gives the monotonic time at which everything must be over, or None while open.
        pause: waits until a monotonic time; may return early, and does when closing begins.
    """

    def __init__(
        self,
        config: HandlerConfig,
        queue: RecordQueue,
        notices: Notices,
        close_deadline: Callable[[], float | None],
        pause: Callable[[float], None],
    ) -> None:
        self._config = config
        self._queue = queue
        self._notices = notices
        self._close_deadline = close_deadline
        self._pause = pause
        self._is_gzip = config.compression == "gzip"
        self._transport = Transport(config.logs_url, config.headers, is_gzip=self._is_gzip)
        self._resource = encoded_resource(config)
        self._failures = 0
        self._not_before = 0.0
        self._is_wait_asked_for = False
        self._has_seen_closing = False

    def deliver(self, batch: Batch) -> None:
        """Send a batch and account for it. A retry sends identical bytes, so a collector can recognise it."""
        content = self._encoded(batch)
        give_up_time = time.monotonic() + self._config.retry_seconds
        reason = "shutdown"
        while self._queue.is_in_flight(batch):
            timeout_seconds = self._wait_for_turn()
            if timeout_seconds is None:
                self._drop(batch, reason)
                return
            outcome = self._transport.post(content, timeout_seconds)
            if outcome.is_accepted:
                self._failures, self._not_before = 0, 0.0
                rejected = min(outcome.rejected_records, len(batch.records))
                self._queue.settle(batch, rejected, "rejected")
                return
            reason = outcome.reason
            if not outcome.is_retryable:
                self._drop(batch, reason, outcome.problem)
                return
            self._hold_back(outcome)
            is_last_chance = self._close_deadline() is not None and outcome.status is None
            if is_last_chance or self._not_before > give_up_time:
                # At the end of a program, a collector that is not there will not come in the seconds left.
                self._drop(batch, reason, outcome.problem)
                return
            waiting_records = len(self._queue) + len(batch.records)
            self._notices.delivery_failed(outcome.problem, reason, waiting_records)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _encoded(self, batch: Batch) -> bytes:
        records_by_scope: dict[str, list[bytes]] = {}
        for scope, encoded, stack in batch.records:
            if stack is not None:
                text = _encode.string_value(_stack_text(stack))
                encoded += _encode.attribute("exception.stacktrace", text)  # noqa: PLW2901 - the record, completed
            records_by_scope.setdefault(scope, []).append(encoded)
        content = _encode.request(self._resource, records_by_scope)
        return gzip.compress(content, _GZIP_LEVEL, mtime=0) if self._is_gzip else content

    def _wait_for_turn(self) -> float | None:
        """Wait as long as the last failure demands; give the timeout for a request, or None if it is over."""
        while True:
            now = time.monotonic()
            closing = self._close_deadline()
            if closing is not None and not self._has_seen_closing:
                self._has_seen_closing = True
                if not self._is_wait_asked_for:
                    # A pause of our own choosing: one more try at once.
                    self._failures, self._not_before = 0, 0.0
            if closing is not None and max(now, self._not_before) >= closing:
                return None
            if now >= self._not_before:
                break
            self._pause(self._not_before)
        if closing is None:
            return self._config.timeout_seconds
        return max(_SHORTEST_TIMEOUT_SECONDS, min(self._config.timeout_seconds, closing - now))

    def _hold_back(self, outcome: Outcome) -> None:
        """Set the time before which nothing is sent: exponential with jitter, or as the collector asked."""
        longest = self._config.retry_max_seconds
        delay = min(longest, self._config.retry_initial_seconds * 2 ** min(self._failures, 30))
        # From the system's source: a program's own seeded random numbers stay its own.
        delay *= 0.5 + int.from_bytes(os.urandom(2)) / 0x1FFFF
        self._failures += 1
        asked = outcome.retry_after_seconds
        self._is_wait_asked_for = asked is not None and asked > delay
        self._not_before = time.monotonic() + max(delay, asked or 0.0)

    def _drop(self, batch: Batch, reason: str, problem: str = "") -> None:
        self._queue.settle(batch, len(batch.records), reason)
        self._notices.dropped(self._queue.stats()["dropped"], problem)


def _stack_text(stack: Stack) -> str:
    try:
        return format_stack(stack)
    except Exception as error:  # noqa: BLE001 - reading source lines goes through a program's loaders
        return f"<stack could not be formatted: {type(error).__name__}>"
