"""The journal's writing side: one thread, one fsync for every request that waits at that moment."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.journal.answers import Answer, Waiting, answer
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.frame import digest_of, frame_header
from spanlog_collector.journal.segment import Segment, fsync_directory, new_segment
from spanlog_collector.otlp.description import Signal

logger: Final = logging.getLogger(__name__)

_DISK_RETRY_AFTER_SECONDS: Final = 5
_LINGER_SECONDS: Final = 0.003
"""How long those who were just answered, and are expected to come again, are waited for: they share the next fsync."""
_WRITE_BYTES: Final = 256 * 1024
"""Small requests are written together up to here; a larger one is written as it is, without a copy of it."""


@dataclass(frozen=True, slots=True)
class JournalLimits:
    """How large and how old things may grow."""

    segment_bytes: int = 8 * 1024 * 1024
    segment_seconds: float = 0.25
    busy_segment_bytes: int = 16 * 1024 * 1024
    """How large a segment may become while the store is busy with the one before: each insert has a fixed price."""
    max_bytes: int = 1024 * 1024 * 1024
    """Everything not yet loaded, on disk; above it senders are told to come back later."""
    max_waiting_bytes: int = 128 * 1024 * 1024
    """Requests in memory that wait for the disk."""


class _Active:
    """The segment that is being written."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.descriptor = os.open(segment.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self.is_new = True
        self.began = time.monotonic()

    def close(self) -> None:
        os.close(self.descriptor)


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
    ) -> None:
        """Begin behind ``leftover``, the segments an earlier run left; ``on_segment`` gets each closed segment.

        While ``is_store_idle`` says no, the segment of that signal goes on growing; ``store_is_ready`` has it asked
        again.
        """
        self._directory = directory
        self._limits = limits
        self._seen = seen
        self._on_segment = on_segment
        self._is_store_idle = is_store_idle
        self._condition = threading.Condition()
        self._waiting: list[Waiting] = []
        self._waiting_bytes = 0
        self._in_flight: dict[bytes, Waiting] = {}
        self._active: dict[Signal, _Active] = {}
        self._sequence = max((segment.sequence for segment in leftover), default=0)
        self._size_bytes = sum(segment.size_bytes for segment in leftover)
        self._is_closing = False
        self._expected = 1
        self._linger_until = 0.0
        for segment in leftover:
            for digest in segment.digests:
                seen.add(digest)
        self._thread = threading.Thread(target=self._run, name="spanlog-journal", daemon=True)
        self._thread.start()

    @property
    def size_bytes(self) -> int:
        """Bytes on disk that are not loaded yet."""
        return self._size_bytes

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
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._enqueue(signal, body, future)
        return future

    def _enqueue(self, signal: Signal, body: bytes, future: Answer) -> None:
        digest = digest_of(body)
        with self._condition:
            if self._is_closing:
                raise JournalUnavailableError("the collector is stopping")
            running = self._in_flight.get(digest)
            if running is not None:
                running.answers.append(future)
                return
            if digest in self._seen:
                future.set_result(False)
                return
            if self._size_bytes + self._waiting_bytes + len(body) > self._limits.max_bytes:
                raise JournalUnavailableError(
                    f"the journal is full ({self._size_bytes} bytes wait for the store)",
                    _DISK_RETRY_AFTER_SECONDS,
                )
            if self._waiting_bytes + len(body) > self._limits.max_waiting_bytes:
                raise JournalUnavailableError("too many requests wait for the disk")
            waiting = Waiting(signal, body, digest, time.time_ns(), [future])
            self._waiting.append(waiting)
            self._waiting_bytes += len(body)
            self._in_flight[digest] = waiting
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
            self._seen.persist(segment.digests, time.time())
        segment.path.unlink(missing_ok=True)
        fsync_directory(self._directory)
        with self._condition:
            self._size_bytes -= segment.size_bytes

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
            try:
                self._write(signal, part)
            except OSError as error:
                logger.warning("the journal in %s cannot be written: %s", self._directory, error.strerror)
                failure = JournalUnavailableError(
                    f"the journal cannot be written: {error.strerror}", _DISK_RETRY_AFTER_SECONDS
                )
                self._finish(part, failure)
            else:
                self._finish(part, None)

    def _write(self, signal: Signal, part: list[Waiting]) -> None:
        active = self._active.get(signal)
        if active is None:
            self._sequence += 1
            active = _Active(new_segment(self._directory, signal, self._sequence))
            self._active[signal] = active
        segment = active.segment
        size = 0
        try:
            for data in _gathered(
                piece
                for waiting in part
                for piece in (
                    frame_header(waiting.body, waiting.digest, waiting.received_unix_nano),
                    waiting.body,
                )
            ):
                _write_all(active.descriptor, data)
                size += len(data)
            os.fsync(active.descriptor)
            if active.is_new:
                fsync_directory(self._directory)
                active.is_new = False
        except OSError:
            self._undo(signal, active)
            raise
        segment.size_bytes += size
        segment.digests.extend(waiting.digest for waiting in part)
        if not segment.oldest_received_unix_nano:
            segment.oldest_received_unix_nano = part[0].received_unix_nano
        with self._condition:
            self._size_bytes += size

    def _undo(self, signal: Signal, active: _Active) -> None:
        """Take back what was not acknowledged; the next request begins a new segment."""
        del self._active[signal]
        try:
            os.ftruncate(active.descriptor, active.segment.size_bytes)
            if not active.segment.size_bytes:
                active.segment.path.unlink(missing_ok=True)
        except OSError as error:
            # Its senders come again and are then stored from the new segment too: better twice than never.
            logger.warning("%s: cannot be cut back: %s", active.segment.token, error.strerror)
        active.close()
        if active.segment.size_bytes:
            self._on_segment(active.segment)

    def _finish(self, part: list[Waiting], failure: JournalUnavailableError | None) -> None:
        with self._condition:
            for waiting in part:
                del self._in_flight[waiting.digest]
                self._waiting_bytes -= len(waiting.body)
                if failure is None:
                    self._seen.add(waiting.digest)
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


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in fewer pieces."""
    small: list[bytes] = []
    size = 0
    for piece in pieces:
        if size + len(piece) > _WRITE_BYTES and small:
            yield b"".join(small)
            small, size = [], 0
        small.append(piece)
        size += len(piece)
    if small:
        yield b"".join(small)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
