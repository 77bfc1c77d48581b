"""A batch's way to the collector: encoded and compressed once, tried until it is accepted or put by.

Order: what is new goes first, and after each batch of it one body from disk, the oldest; so what happens now is
seen now, and what was missed comes in behind it. The time of a record is its own, whenever it arrives.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from spanlog._backoff import Backoff
from spanlog._body import Body, halves
from spanlog._capture import is_capturing
from spanlog._transport import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from spanlog._delivery import Delivery
    from spanlog._queue import Batch
    from spanlog._spool import Spool
    from spanlog._spool_area import Entry

_SHORTEST_TIMEOUT_SECONDS = 0.05
# During a pause the queue is looked at this often, so that it does not overflow while there is room on disk.
_LOOK_SECONDS = 0.1
_TAKE_OVER_INTERVAL_SECONDS = 30.0


class Sender:
    """Delivers batches, and what waits on disk, one after another in one thread. Made by ``Delivery``."""

    def __init__(
        self,
        delivery: Delivery,
        close_deadline: Callable[[], float | None],
        pause: Callable[[float], None],
    ) -> None:
        self._delivery = delivery
        self._config = delivery.config
        self._queue = delivery.queue
        self._spool = delivery.spool
        self._close_deadline = close_deadline
        self._pause = pause
        self._transport = delivery.new_transport(self._relieve_queue if delivery.spool is not None else None)
        self._backoff = Backoff(self._config.retry_initial_seconds, self._config.retry_max_seconds)
        self._closing_since: float | None = None
        self._has_failed_while_closing = False
        self._next_take_over = 0.0

    def deliver(self, batch: Batch) -> None:
        """Send a batch and account for it; what cannot be sent goes to disk, without a spool it is dropped.

        It is tried for ``retry_seconds``, and with a spool no longer than the queue has room.
        """
        give_up_time = time.monotonic() + self._config.retry_seconds
        bodies = self._delivery.bodies(batch)
        while bodies and self._queue.is_in_flight(batch):
            body = bodies[0]
            outcome = self._outcome_of(body.content, batch, give_up_time)
            if outcome.is_accepted:
                rejected = min(outcome.rejected_records, body.record_count)
                self._queue.settle(batch, rejected, "rejected", records=body.record_count)
            elif outcome.is_too_large and (cut := _cut(body)):
                bodies = batch.bodies = [*cut, *bodies[1:]]
                continue
            elif outcome.is_retryable:
                reason = "shutdown" if outcome is _NEVER_TRIED else outcome.reason
                self._delivery.put_by(batch, reason, is_hurried=self._is_closing())
                self._delivery.observe(outcome.problem)
                return
            else:
                self._queue.settle(batch, body.record_count, outcome.reason, records=body.record_count)
                self._delivery.observe(outcome.problem)
            bodies = batch.bodies = bodies[1:]
        self._delivery.observe()
        self._report_losses()

    def deliver_spooled(self) -> bool:
        """Send the oldest body from disk if it is its turn. Gives whether another one may follow at once."""
        if self._spool is None or is_capturing():
            return False
        self._look_for_left_behind(self._spool)
        entry = self._spool.oldest()
        timeout_seconds = self._timeout_seconds()
        if entry is None or timeout_seconds is None or not self._is_time_for_spooled():
            return False
        return self._deliver_from_disk(self._spool, entry, timeout_seconds)

    def next_turn(self) -> float | None:
        """Give the monotonic time at which what waits on disk is to be tried; None if nothing does."""
        return self._backoff.not_before if self._spool and not is_capturing() else None

    def finish(self) -> None:
        """Tell the collector, at the end, what was lost; or the next process, if it cannot be told."""
        self._delivery.observe()
        if self._delivery.losses.is_pending:
            self._report_losses(is_last=True)
            self._delivery.put_by_losses()

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _outcome_of(self, content: bytes, batch: Batch, give_up_time: float) -> Outcome:
        """Try a request until the collector deals with it, or there is no more time or room for trying."""
        outcome = _NEVER_TRIED
        while self._queue.is_in_flight(batch):
            timeout_seconds = self._wait_for_turn(give_up_time)
            if timeout_seconds is None:
                break
            outcome = self._send(content, timeout_seconds)
            if not outcome.is_retryable or self._has_failed_while_closing:
                break
            if self._backoff.not_before > give_up_time:
                break
            self._delivery.notices.delivery_failed(outcome.problem, outcome.reason, len(self._queue) + batch.unsettled)
        return outcome

    def _send(self, content: bytes, timeout_seconds: float) -> Outcome:
        outcome = self._transport.send(content, timeout_seconds)
        if outcome.is_retryable:
            self._backoff.failed(outcome)
        else:
            self._backoff.answered(outcome)
        # At the end of a program, a collector that is not there will not come in the seconds left.
        self._has_failed_while_closing = self._is_closing() and outcome.status is None
        return outcome

    def _wait_for_turn(self, give_up_time: float) -> float | None:
        """Wait as long as the last failure demands; give the timeout for a request, or None if it is over."""
        while True:
            timeout_seconds = self._timeout_seconds()
            now = time.monotonic()
            not_before = self._backoff.not_before
            if timeout_seconds is None or now >= not_before:
                return timeout_seconds
            if self._spool is None:
                self._pause(not_before)
                continue
            if now >= give_up_time or self._queue.is_filling():
                return None
            self._pause(min(not_before, give_up_time, now + _LOOK_SECONDS))
            self._delivery.observe()

    def _timeout_seconds(self) -> float | None:
        """Give the longest a request may take now; None if closing leaves no time for one."""
        deadline = self._close_deadline()
        if deadline is None:
            self._closing_since = None
            self._has_failed_while_closing = False
            return self._config.timeout_seconds
        now = time.monotonic()
        if self._closing_since is None:
            self._closing_since = now
            self._backoff.hurry()
        remaining = deadline - self._delivery.reserved_seconds() - max(now, self._backoff.not_before)
        if remaining <= 0 or (self._has_failed_while_closing and self._spool is not None):
            return None
        return max(_SHORTEST_TIMEOUT_SECONDS, min(self._config.timeout_seconds, remaining))

    def _deliver_from_disk(self, spool: Spool, entry: Entry, timeout_seconds: float) -> bool:
        is_own = spool.is_own(entry)
        content = spool.content(entry)
        if content is None:
            self._account_spooled(entry.record_count, "spool_damaged", is_own=is_own)
            self._delivery.observe()
            return True
        outcome = self._send(content, timeout_seconds)
        if outcome.is_retryable:
            return False
        if outcome.is_too_large and (cut := _cut(Body(content, entry.record_count))):
            # They are sent next.
            if not spool.replace(entry, cut) and spool.remove(entry):
                self._account_spooled(entry.record_count, "spool_unwritable", is_own=is_own)
            return True
        if not spool.remove(entry):
            # Given up meanwhile, and brought away by somebody else.
            return True
        if outcome.is_accepted:
            rejected = min(outcome.rejected_records, entry.record_count)
            self._account_spooled(entry.record_count - rejected, "", is_own=is_own)
            self._account_spooled(rejected, "rejected", is_own=is_own)
        else:
            self._account_spooled(entry.record_count, outcome.reason, is_own=is_own)
        self._delivery.observe(outcome.problem)
        self._report_losses()
        return True

    def _relieve_queue(self) -> None:
        """Put by what would not fit into the queue much longer, while an answer is awaited."""
        while self._queue.is_filling():
            batch = self._queue.take(self._config.max_batch_records, self._config.max_batch_bytes)
            if batch is None:
                return
            self._delivery.put_by(batch, "queue_full", is_hurried=self._is_closing())

    def _is_time_for_spooled(self) -> bool:
        now = time.monotonic()
        deadline = self._close_deadline()
        if deadline is not None and self._closing_since is not None and now > (self._closing_since + deadline) / 2:
            # What is safe on disk may keep a program waiting for half of the time it allows, not longer.
            return False
        return now >= self._backoff.not_before

    def _is_closing(self) -> bool:
        return self._close_deadline() is not None

    def _look_for_left_behind(self, spool: Spool) -> None:
        """Take over what processes that are gone left on disk: only once the collector is known to be there."""
        now = time.monotonic()
        if self._backoff.is_free and now >= self._next_take_over:
            self._next_take_over = now + _TAKE_OVER_INTERVAL_SECONDS
            spool.take_over()

    def _account_spooled(self, records: int, reason: str, *, is_own: bool) -> None:
        if not records:
            return
        if is_own:
            self._queue.settle_spooled(records, reason)
        else:
            self._queue.count_recovered(records, reason)

    def _report_losses(self, *, is_last: bool = False) -> None:
        losses = self._delivery.losses
        if not (losses.is_pending if is_last else losses.is_due) or not self._backoff.is_free:
            return
        timeout_seconds = self._timeout_seconds()
        if timeout_seconds is None:
            return
        body = losses.body(self._delivery.resource(), self._config.compression)
        if self._send(body.content, timeout_seconds).is_accepted:
            losses.told()


_NEVER_TRIED = Outcome(None)


def _cut(body: Body) -> tuple[Body, ...]:
    """Cut a body that is too large into two; nothing if that cannot be done."""
    try:
        return halves(body) if body.record_count > 1 else ()
    except Exception:  # noqa: BLE001 - what cannot be read cannot be cut: it is dropped as too large
        return ()
