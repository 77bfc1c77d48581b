"""The journal's writing side: one thread, one fsync for every request that waits at that moment."""

import asyncio
import errno
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.journal.active_segment import ActiveSegment
from spanlog_collector.journal.answers import Answer, LoopAnswer, Settle, Waiting, answer, answer_known, future_of
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.disk import DISK_RETRY_AFTER_SECONDS, JournalDisk
from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.frame import digest_of
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.segment import Segment, fsync_directory, new_segment
from spanlog_collector.otlp.description import LOGS, Signal

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT))
_LINGER_SECONDS: Final = 0.003
"""How long those who were just answered, and are expected to come again, are waited for: they share the next fsync."""


class Journal:
    """Accepts requests and hands closed segments on.

    ``append`` and ``append_async`` are thread-safe; their future is done when the request is on disk: ``True`` when it
    was written, ``False`` when the same bytes had been accepted before. It fails with ``JournalUnavailableError``.
    """

    def __init__(  # noqa: PLR0913 - one argument for each collaborator
        self,
        directory: Path,
        limits: JournalLimits,
        seen: SeenRequests,
        on_segment: Callable[[Segment], None],
        leftover: list[Segment],
        *,
        is_store_idle: Callable[[Signal], bool] = lambda _: True,
        drain: Drain | None = None,
    ) -> None:
        """Begin behind ``leftover``, the segments an earlier run left; ``on_segment`` gets each closed segment.

        While ``is_store_idle`` says no, the segment of that signal goes on growing; ``store_is_ready`` has it asked
        again. ``drain`` knows the store's pace.
        """
        self._directory = directory
        self._limits = limits
        self._disk = JournalDisk(directory, limits.min_free_bytes)
        self._seen = seen
        self._on_segment = on_segment
        self._is_store_idle = is_store_idle
        self._drain = drain or Drain()
        self._condition = threading.Condition()
        self._waiting: list[Waiting] = []
        self._waiting_bytes = 0
        self._in_flight: dict[bytes, Waiting] = {}
        self._active: dict[Signal, ActiveSegment] = {}
        # What is not stored yet, oldest first: by token, when its first request came.
        self._unstored = {segment.token: segment.oldest_received_unix_nano for segment in leftover}
        self._sequence = max((segment.sequence for segment in leftover), default=0)
        self._size_bytes = sum(segment.size_bytes for segment in leftover)
        self._is_closing = False
        self._owed_digests: list[bytes] = []
        self._expected = 1
        self._linger_until = 0.0
        for segment in leftover:
            for digest in segment.digests:
                seen.add(_identity(segment.signal, digest))
        self._thread = threading.Thread(target=self._run, name="spanlog-journal", daemon=True)
        self._thread.start()

    @property
    def size_bytes(self) -> int:
        """Bytes on disk that are not loaded yet."""
        return self._size_bytes

    @property
    def max_bytes(self) -> int:
        """How many bytes may wait before requests are refused."""
        return self._limits.max_bytes

    @property
    def oldest_unstored_unix_nano(self) -> int | None:
        """When the oldest request came that is not stored yet; ``None`` where all are."""
        with self._condition:
            return min(self._unstored.values(), default=None)

    def append(self, signal: Signal, body: bytes) -> "Future[bool]":
        """Put one request on disk.

        Raises:
            JournalUnavailableError: full, or closing.
        """
        future: Future[bool] = Future()
        self._enqueue(signal, body, future)
        return future

    def append_async(self, signal: Signal, body: bytes) -> "asyncio.Future[bool]":
        """Put one request on disk; for callers in an event loop, which is woken once for many requests.

        Raises:
            JournalUnavailableError: full, or closing.
        """
        future, waits = future_of(asyncio.get_running_loop())
        self._enqueue(signal, body, waits)
        return future

    def append_calling(self, signal: Signal, body: bytes, loop: asyncio.AbstractEventLoop, settle: Settle) -> None:
        """Put one request on disk; ``settle`` is called in ``loop``, the running one, and never before this returns.

        For many small requests: a future, and the task that waits for it, cost as much as the rest.

        Raises:
            JournalUnavailableError: full, or closing; ``settle`` is not called.
        """
        self._enqueue(signal, body, LoopAnswer(loop, settle))

    def check_room(self, size_bytes: int) -> None:
        """Refuse a request of ``size_bytes`` before anybody reads it.

        Raises:
            JournalUnavailableError: it would be refused anyway.
        """
        with self._condition:
            self._check_room(size_bytes)

    def _check_room(self, size_bytes: int) -> None:
        waiting = self._size_bytes + self._waiting_bytes
        if waiting + size_bytes > self._limits.max_bytes:
            raise JournalUnavailableError(
                f"the journal is full ({self._size_bytes} bytes wait for the store)", DISK_RETRY_AFTER_SECONDS
            )
        if waiting + size_bytes > self._limits.burst_bytes:
            pace = self._drain.bytes_per_second
            if pace is not None and waiting + size_bytes > pace * self._limits.max_drain_seconds:
                raise JournalUnavailableError(
                    f"the store is {waiting / pace:.0f} s behind ({self._size_bytes} bytes wait for it)",
                    DISK_RETRY_AFTER_SECONDS,
                )
        if self._waiting_bytes and self._waiting_bytes + size_bytes > self._limits.max_waiting_bytes:
            raise JournalUnavailableError("too many requests wait for the disk")

    def _enqueue(self, signal: Signal, body: bytes, waits: Answer) -> None:
        digest = digest_of(body)
        identity = _identity(signal, digest)
        with self._condition:
            if self._is_closing:
                raise JournalUnavailableError("the collector is stopping")
            running = self._in_flight.get(identity)
            if running is not None:
                running.answers.append(waits)
                return
            if identity in self._seen:
                answer_known(waits)
                return
            self._check_room(len(body))
            waiting = Waiting(signal, body, digest, identity, time.time_ns(), [waits])
            self._waiting.append(waiting)
            self._waiting_bytes += len(body)
            self._in_flight[identity] = waiting
            if len(self._waiting) in (1, self._expected):
                self._condition.notify()

    def store_is_ready(self) -> None:
        """Have ``is_store_idle`` asked again: a segment may wait for it."""
        with self._condition:
            self._condition.notify()

    def discard(self, segment: Segment) -> None:
        """Forget ``segment``: it is stored. Its requests stay recognised.

        Raises:
            OSError: the disk refused; call again, the segment is still there.
        """
        with self._condition:
            digests = self._owed_digests + [_identity(segment.signal, digest) for digest in segment.digests]
            try:
                self._seen.persist(digests, time.time())
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                # The room for its digests is what the segment gives back. Until they are on disk, a kill would have
                # a request forgotten whose answer was lost, and nothing else.
                self._owed_digests = digests
                segment.path.unlink(missing_ok=True)
                with suppress(OSError):
                    self._seen.persist(digests, time.time())
                    self._owed_digests = []
            else:
                self._owed_digests = []
        segment.path.unlink(missing_ok=True)
        fsync_directory(self._directory)
        with self._condition:
            self._size_bytes -= segment.size_bytes
            self._unstored.pop(segment.token, None)

    def probe(self) -> str | None:
        """Return why the disk refuses now, or ``None``; asked again only if it refused what came last."""
        return self._disk.probe()

    def close(self) -> None:
        """Write what waits, close the active segments and stop; every future is done afterwards."""
        with self._condition:
            self._is_closing = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._condition:
                # A notification may come at any moment, so each is an occasion to rotate.
                if not (self._waiting or self._is_closing):
                    self._condition.wait(self._seconds_until_rotation())
                while 0 < len(self._waiting) < self._expected and not self._is_closing:
                    if not self._condition.wait(self._linger_until - time.monotonic()):
                        break
                is_closing = self._is_closing
            batch = self._take()
            if batch:
                self._commit(batch)
                with self._condition:
                    self._expected = len(batch) + len(self._waiting)
                    self._linger_until = time.monotonic() + _LINGER_SECONDS
            self._rotate(is_closing=is_closing and not batch)
            if is_closing and not batch:
                return

    def _take(self) -> list[Waiting]:
        """Take what waits, but no more than makes one segment."""
        with self._condition:
            size = 0
            for index, waiting in enumerate(self._waiting):
                size += len(waiting.body)
                if size > self._limits.busy_segment_bytes and index:
                    batch, self._waiting = self._waiting[:index], self._waiting[index:]
                    return batch
            batch, self._waiting = self._waiting, []
            return batch

    def _seconds_until_rotation(self) -> float | None:
        now = time.monotonic()
        return min(
            (
                max(0.0, active.began + self._limits.segment_seconds - now)
                for signal, active in self._active.items()
                if self._is_store_idle(signal)
            ),
            default=None,
        )

    def _commit(self, batch: list[Waiting]) -> None:
        for signal in {waiting.signal for waiting in batch}:
            part = [waiting for waiting in batch if waiting.signal is signal]
            failure = None
            try:
                self._disk.check()
                self._write(signal, part)
            except OSError as error:
                failure = self._disk.refused(error.strerror or str(error))
            except Exception as error:  # noqa: BLE001 - without this thread no request would ever be answered
                failure = self._disk.refused(f"{type(error).__name__}: {error}")
            self._finish(part, failure)

    def _write(self, signal: Signal, part: list[Waiting]) -> None:
        active = self._active.get(signal)
        if active is None:
            self._sequence += 1
            active = ActiveSegment(new_segment(self._directory, signal, self._sequence))
            self._active[signal] = active
        segment = active.segment
        try:
            size = active.append(part)
        except BaseException:
            # The next request begins a new segment.
            del self._active[signal]
            active.take_back()
            if segment.size_bytes:
                self._on_segment(segment)
            raise
        self._disk.took()
        with self._condition:
            self._size_bytes += size
            self._unstored.setdefault(segment.token, segment.oldest_received_unix_nano)

    def _finish(self, part: list[Waiting], failure: JournalUnavailableError | None) -> None:
        with self._condition:
            for waiting in part:
                del self._in_flight[waiting.identity]
                self._waiting_bytes -= len(waiting.body)
                if failure is None:
                    self._seen.add(waiting.identity)
        answer(part, failure)

    def _rotate(self, *, is_closing: bool) -> None:
        now = time.monotonic()
        for signal, active in list(self._active.items()):
            size = active.segment.size_bytes
            is_due = now - active.began >= self._limits.segment_seconds or size >= self._limits.segment_bytes
            if is_closing or size >= self._limits.busy_segment_bytes or (is_due and self._is_store_idle(signal)):
                del self._active[signal]
                active.close()
                self._on_segment(active.segment)


def _identity(signal: Signal, digest: bytes) -> bytes:
    """Return what a request is recognised by: the same bytes can be a request of logs and one of traces."""
    return digest if signal is LOGS else digest[::-1]
