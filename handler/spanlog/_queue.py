"""The records that wait, and the account of every record the handler ever took.

A record is appended without a lock (a deque's append is atomic), so that the program never waits for one.
It leaves under the lock, by exactly one of three ways: into a batch, out as the oldest of a full queue, or
out at shutdown. What was accepted is therefore what left plus what is still there, and needs no counter.

The lock is re-entrant: a garbage collection or a signal may log in the middle of any line here.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spanlog._stats import HandlerStats

if TYPE_CHECKING:
    from spanlog._record import QueuedRecord


@dataclass(slots=True, eq=False)
class Batch:
    """Records that left the queue together and are not settled yet."""

    records: list[QueuedRecord] = field(default_factory=list)


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
        self.reset()

    def reset(self) -> None:
        """Start again with nothing: what a forked child does, since its parent still has it all."""
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._records: deque[QueuedRecord] = deque()
        self._large_bytes = 0
        self._taken = 0
        self._sent = 0
        self._dropped: Counter[str] = Counter()
        # With where each begins. More than one only while a thread that was given up hangs in a request.
        self._in_flight: dict[Batch, int] = {}

    def __len__(self) -> int:
        return len(self._records)

    def put(self, record: QueuedRecord) -> int:
        """Append a record, dropping the oldest ones if there is no room. Gives the length of the queue."""
        if _size_bytes(record) > self._fair_share_bytes:
            self._put_large(record)
        else:
            self._records.append(record)
        length = len(self._records)
        if length > self._max_records:
            with self._lock:
                while len(self._records) > self._max_records:
                    self._drop_oldest("queue_full")
        return length

    def count_dropped(self, reason: str) -> None:
        """Account for a record that never came into the queue."""
        with self._lock:
            self._dropped[reason] += 1

    def take(self, max_records: int, max_bytes: int) -> Batch | None:
        """Take the oldest records as a batch in flight; at least one if there is any."""
        batch = Batch()
        taken_bytes = 0
        with self._lock:
            start = self._taken
            while self._records and len(batch.records) < max_records and taken_bytes < max_bytes:
                record = self._pop()
                taken_bytes += _size_bytes(record)
                batch.records.append(record)
            if not batch.records:
                return None
            self._in_flight[batch] = start
        return batch

    def is_in_flight(self, batch: Batch) -> bool:
        """Whether a batch is still this queue's, and not given up meanwhile."""
        return batch in self._in_flight

    def settle(self, batch: Batch, dropped: int = 0, reason: str = "") -> None:
        """Account for a batch: sent, except ``dropped`` of its records. Ignored for one already given up."""
        with self._lock:
            if self._in_flight.pop(batch, None) is None:
                return
            self._sent += len(batch.records) - dropped
            if dropped:
                self._dropped[reason] += dropped
            self._settled.notify_all()

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
                self.settle(batch, len(batch.records), reason)

    @property
    def start_position(self) -> int:
        """The mark before the oldest record that waits."""
        return self._taken

    def end_position(self) -> int:
        """Give a mark for ``wait_settled``: behind the newest record accepted so far."""
        with self._lock:
            return self._taken + len(self._records)

    def wait_settled(self, position: int, deadline: float) -> bool:
        """Wait until every record before the mark is sent or dropped, or until a monotonic time."""
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
            queued = len(self._records) + sum(len(batch.records) for batch in self._in_flight)
            dropped = dict(self._dropped)
            return HandlerStats(
                accepted=self._sent + queued + sum(dropped.values()),
                sent=self._sent,
                queued=queued,
                spooled=0,
                dropped=dropped,
            )

    def _is_settled(self, position: int) -> bool:
        if self._taken < position:
            return False
        return all(start >= position for start in self._in_flight.values())

    def _put_large(self, record: QueuedRecord) -> None:
        size_bytes = _size_bytes(record)
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
    stack = record[2]
    return len(record[1]) + (stack.size_bytes if stack is not None else 0)
