"""The records that wait, and the account of every record the handler ever took.

A record is appended without a lock (a deque's append is atomic), so that the program never waits for one.
It leaves under the lock, by exactly one of three ways: into a batch, out as the oldest of a full queue, or
out at shutdown. What was accepted is therefore what left plus what is still there, and needs no counter.

From a batch a record goes on to the collector, to disk or away, in parts if need be; ``settle`` says so in one
step. What lies on disk is still this handler's, until ``settle_spooled`` says what became of it.

The lock is re-entrant: a garbage collection or a signal may log in the middle of any line here.
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
import sys
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spanlog._stats import HandlerStats, RecoveredStats

if TYPE_CHECKING:
    from collections.abc import Callable

    from spanlog._body import Body
    from spanlog._record import QueuedRecord

NEVER = sys.maxsize
"""A number of waiting records that is never reached."""


@dataclass(slots=True, eq=False)
class Batch:
    """Records that left the queue together and are not all settled yet."""

    records: list[QueuedRecord] = field(default_factory=list)
    unsettled: int = 0
    """How many of them are still to be accounted for."""
    bodies: list[Body] | None = None
    """Those as requests, in their order, once they were made. Replaced, never changed."""


class RecordQueue:
    """A queue bounded in records and bytes that drops the oldest, with its accounts.

    Bytes are bounded without counting every record: records up to a fair share (half of the bytes divided by
    the records) cannot fill more than half of the bytes however many they are; larger ones are counted, and
    get the other half.
    """

    def __init__(self, max_records: int, max_bytes: int) -> None:
        self._max_records = max_records
        self._max_large_bytes = max_bytes // 2
        self._fair_share_bytes = self._max_large_bytes // max_records
        self.wake: Callable[[], None] = _wake_nobody
        """Called by whoever puts a record when so many wait as ``wake_at`` says."""
        self.reset()

    def reset(self) -> None:
        """Start again with nothing: what a forked child does, since its parent still has it all."""
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._records: deque[QueuedRecord] = deque()
        self.wake_at = NEVER
        self._large_bytes = 0
        self._taken = 0
        self._sent = 0
        self._spooled = 0
        self._dropped: Counter[str] = Counter()
        self._recovered_sent = 0
        self._recovered_dropped: Counter[str] = Counter()
        # With where each begins. More than one only while a thread that was given up hangs in a request.
        self._in_flight: dict[Batch, int] = {}

    def __len__(self) -> int:
        return len(self._records)

    @property
    def wake_at(self) -> int:
        """The number of waiting records at which somebody is to be woken."""
        return self._wake_at

    @wake_at.setter
    def wake_at(self, length: int) -> None:
        self._wake_at = length
        # The one number a record is held against: most of the time there is nothing to do but to append it.
        self._look_at = min(length, self._max_records + 1)

    def put(self, record: QueuedRecord) -> None:
        """Append a record, dropping the oldest ones if there is no room."""
        if record[3] is not None or len(record[2]) > self._fair_share_bytes:
            self._put_sized(record)
        else:
            self._records.append(record)
        if len(self._records) >= self._look_at:
            self._look()

    def count_dropped(self, reason: str) -> None:
        """Account for a record that never came into the queue."""
        with self._lock:
            self._dropped[reason] += 1

    def take(self, max_records: int, max_bytes: int) -> Batch | None:
        """Take the oldest records as a batch in flight; at least one if there is any."""
        batch = Batch()
        records = batch.records
        with self._lock:
            start = self._taken
            pop = self._records.popleft
            # There may be fewer: what logs in the middle of this, in a signal say, drops the oldest of a full queue.
            with contextlib.suppress(IndexError):
                for _ in range(min(max_records, len(self._records))):
                    records.append(pop())
            if not records:
                return None
            sizes = [len(record[2]) if record[3] is None else _size_bytes(record) for record in records]
            if sum(sizes) > max_bytes:
                fitting = bisect.bisect_left(list(itertools.accumulate(sizes)), max_bytes) + 1
                self._records.extendleft(reversed(records[fitting:]))
                del records[fitting:], sizes[fitting:]
            self._taken += len(records)
            if self._large_bytes:
                self._large_bytes -= sum([size for size in sizes if size > self._fair_share_bytes])
            batch.unsettled = len(records)
            self._in_flight[batch] = start
        return batch

    def admit(self, bodies: list[Body]) -> Batch:
        """Take records that somebody else made into requests, as a batch in flight."""
        with self._lock:
            batch = Batch(unsettled=sum(body.record_count for body in bodies), bodies=bodies)
            self._in_flight[batch] = self._taken
            self._taken += batch.unsettled
        return batch

    def is_filling(self) -> bool:
        """Whether half of the room is taken."""
        return len(self._records) * 2 >= self._max_records or self._large_bytes * 2 >= self._max_large_bytes

    def is_in_flight(self, batch: Batch) -> bool:
        """Whether a batch is still this queue's, and not given up meanwhile."""
        return batch in self._in_flight

    def settle(
        self, batch: Batch, dropped: int = 0, reason: str = "", records: int | None = None, spooled: int = 0
    ) -> bool:
        """Account for ``records`` of a batch, all that are left if not given: sent, but for those named.

        Returns:
            Whether the batch was still this queue's; for one given up meanwhile nothing is counted.
        """
        with self._lock:
            if batch not in self._in_flight:
                return False
            settled = batch.unsettled if records is None else min(records, batch.unsettled)
            batch.unsettled -= settled
            self._sent += settled - dropped - spooled
            self._spooled += spooled
            if dropped:
                self._dropped[reason] += dropped
            if not batch.unsettled:
                del self._in_flight[batch]
                self._settled.notify_all()
            return True

    def settle_spooled(self, records: int, reason: str = "") -> None:
        """Account for records that lay on disk: sent, or dropped if there is a reason."""
        with self._lock:
            self._spooled -= records
            if reason:
                self._dropped[reason] += records
            else:
                self._sent += records

    def count_recovered(self, records: int, reason: str = "") -> None:
        """Account for records that another process left on disk: sent, or dropped if there is a reason."""
        with self._lock:
            if reason:
                self._recovered_dropped[reason] += records
            else:
                self._recovered_sent += records

    def seize(self) -> list[Batch]:
        """Take over what is in flight from a thread that hangs; what it still does with it counts no more."""
        with self._lock:
            seized: list[Batch] = []
            for batch, start in list(self._in_flight.items()):
                del self._in_flight[batch]
                own = Batch(batch.records, batch.unsettled, batch.bodies)
                self._in_flight[own] = start
                seized.append(own)
            return seized

    def give_up(self, reason: str) -> None:
        """Drop what is in flight and everything that waits."""
        with self._lock:
            self.give_up_in_flight(reason)
            while self._records:
                self._drop_oldest(reason)
            self._settled.notify_all()

    def give_up_in_flight(self, reason: str) -> None:
        """Drop what is in flight."""
        with self._lock:
            for batch in list(self._in_flight):
                self.settle(batch, batch.unsettled, reason)

    @property
    def start_position(self) -> int:
        """The mark before the oldest record that waits."""
        return self._taken

    def end_position(self) -> int:
        """Give a mark for ``wait_settled``: behind the newest record accepted so far."""
        with self._lock:
            return self._taken + len(self._records)

    def wait_settled(self, position: int, deadline: float) -> bool:
        """Wait until every record before the mark is sent, on disk or dropped, or until a monotonic time."""
        with self._lock:
            while not self._is_settled(position):
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return False
                self._settled.wait(remaining)
            return True

    def stats(self) -> HandlerStats:
        """Give a snapshot in which the accounts balance."""
        with self._lock:
            queued = len(self._records) + sum(batch.unsettled for batch in self._in_flight)
            dropped = dict(self._dropped)
            return HandlerStats(
                accepted=self._sent + queued + self._spooled + sum(dropped.values()),
                sent=self._sent,
                queued=queued,
                spooled=self._spooled,
                dropped=dropped,
                recovered=RecoveredStats(sent=self._recovered_sent, dropped=dict(self._recovered_dropped)),
            )

    def _is_settled(self, position: int) -> bool:
        if self._taken < position:
            return False
        return all(start >= position for start in self._in_flight.values())

    def _look(self) -> None:
        if len(self._records) > self._max_records:
            with self._lock:
                while len(self._records) > self._max_records:
                    self._drop_oldest("queue_full")
        if len(self._records) >= self._wake_at:
            self.wake()

    def _put_sized(self, record: QueuedRecord) -> None:
        size_bytes = _size_bytes(record)
        if size_bytes <= self._fair_share_bytes:
            self._records.append(record)
            return
        with self._lock:
            if size_bytes > self._max_large_bytes:
                self._dropped["too_large"] += 1
                return
            self._large_bytes += size_bytes
            self._records.append(record)
            while self._large_bytes > self._max_large_bytes:
                self._drop_oldest("queue_full")

    def _drop_oldest(self, reason: str) -> None:
        self._pop()
        self._dropped[reason] += 1
        if not self._records:
            self._settled.notify_all()

    def _pop(self) -> QueuedRecord:
        record = self._records.popleft()
        self._taken += 1
        size_bytes = _size_bytes(record)
        if size_bytes > self._fair_share_bytes:
            self._large_bytes -= size_bytes
        return record


def _size_bytes(record: QueuedRecord) -> int:
    pending = record[3]
    return len(record[2]) + (len(pending[0]) + pending[1].size_bytes if pending is not None else 0)


def _wake_nobody() -> None:
    """Do nothing, until there is somebody."""
