"""The journal's writing side: one thread, one fsync for every request that waits at that moment."""

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.frame import digest_of, frame_header
from spanlog_collector.journal.segment import Segment, fsync_directory, new_segment
from spanlog_collector.otlp.description import LOGS, Signal

logger: Final = logging.getLogger(__name__)

_DISK_RETRY_AFTER_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class JournalLimits:
    """How large and how old things may grow."""

    segment_bytes: int = 8 * 1024 * 1024
    segment_seconds: float = 0.25
    max_bytes: int = 1024 * 1024 * 1024
    """Everything not yet loaded, on disk; above it senders are told to come back later."""
    max_waiting_bytes: int = 128 * 1024 * 1024
    """Requests in memory that wait for the disk."""


@dataclass(slots=True)
class _Waiting:
    signal: Signal
    body: bytes
    digest: bytes
    received_unix_nano: int
    future: "Future[bool]"


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

    ``append`` is thread-safe; its future is done when the request is on disk: ``True`` when it was written, ``False``
    when the same bytes had been accepted before. It fails with ``JournalUnavailableError``.
    """

    def __init__(
        self,
        directory: Path,
        limits: JournalLimits,
        seen: SeenRequests,
        on_segment: Callable[[Segment], None],
        leftover: list[Segment],
    ) -> None:
        """Begin behind ``leftover``, the segments an earlier run left; ``on_segment`` gets each closed segment."""
        self._directory = directory
        self._limits = limits
        self._seen = seen
        self._on_segment = on_segment
        self._condition = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._in_flight: dict[bytes, Future[bool]] = {}
        self._active: dict[Signal, _Active] = {}
        self._sequence = max((segment.sequence for segment in leftover), default=0)
        self._size_bytes = sum(segment.size_bytes for segment in leftover)
        self._is_closing = False
        for segment in leftover:
            for digest in segment.digests:
                seen.add(_identity(segment.signal, digest))
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
        digest = digest_of(body)
        identity = _identity(signal, digest)
        with self._condition:
            if self._is_closing:
                raise JournalUnavailableError("the collector is stopping")
            running = self._in_flight.get(identity)
            if running is not None:
                return running
            future: Future[bool] = Future()
            if identity in self._seen:
                future.set_result(False)
                return future
            if self._size_bytes + self._waiting_bytes + len(body) > self._limits.max_bytes:
                raise JournalUnavailableError(
                    f"the journal is full ({self._size_bytes} bytes wait for the store)",
                    _DISK_RETRY_AFTER_SECONDS,
                )
            if self._waiting_bytes + len(body) > self._limits.max_waiting_bytes:
                raise JournalUnavailableError("too many requests wait for the disk")
            self._waiting.append(_Waiting(signal, body, digest, time.time_ns(), future))
            self._waiting_bytes += len(body)
            self._in_flight[identity] = future
            self._condition.notify()
            return future

    def discard(self, segment: Segment) -> None:
        """Forget ``segment``: it is stored. Its requests stay recognised.

        Raises:
            OSError: the disk refused; call again, the segment is still there.
        """
        with self._condition:
            self._seen.persist([_identity(segment.signal, digest) for digest in segment.digests], time.time())
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
                while not (self._waiting or self._is_closing):
                    timeout = self._seconds_until_rotation()
                    if timeout is not None and timeout <= 0:
                        break
                    self._condition.wait(timeout)
                batch, self._waiting = self._waiting, []
                is_closing = self._is_closing
            if batch:
                self._commit(batch)
            self._rotate(is_closing=is_closing)
            if is_closing and not batch:
                return

    def _seconds_until_rotation(self) -> float | None:
        if not self._active:
            return None
        oldest = min(active.began for active in self._active.values())
        return oldest + self._limits.segment_seconds - time.monotonic()

    def _commit(self, batch: list[_Waiting]) -> None:
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

    def _write(self, signal: Signal, part: list[_Waiting]) -> None:
        active = self._active.get(signal)
        if active is None:
            self._sequence += 1
            active = _Active(new_segment(self._directory, signal, self._sequence))
            self._active[signal] = active
        segment = active.segment
        data = b"".join(
            piece
            for waiting in part
            for piece in (
                frame_header(waiting.body, waiting.digest, waiting.received_unix_nano),
                waiting.body,
            )
        )
        try:
            _write_all(active.descriptor, data)
            os.fsync(active.descriptor)
            if active.is_new:
                fsync_directory(self._directory)
                active.is_new = False
        except OSError:
            self._undo(signal, active)
            raise
        segment.size_bytes += len(data)
        segment.digests.extend(waiting.digest for waiting in part)
        if not segment.oldest_received_unix_nano:
            segment.oldest_received_unix_nano = part[0].received_unix_nano
        with self._condition:
            self._size_bytes += len(data)

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

    def _finish(self, part: list[_Waiting], failure: JournalUnavailableError | None) -> None:
        with self._condition:
            for waiting in part:
                identity = _identity(waiting.signal, waiting.digest)
                del self._in_flight[identity]
                self._waiting_bytes -= len(waiting.body)
                if failure is None:
                    self._seen.add(identity)
        for waiting in part:
            if failure is None:
                waiting.future.set_result(True)
            else:
                waiting.future.set_exception(failure)

    def _rotate(self, *, is_closing: bool) -> None:
        now = time.monotonic()
        for signal, active in list(self._active.items()):
            is_due = now - active.began >= self._limits.segment_seconds
            if is_due or is_closing or active.segment.size_bytes >= self._limits.segment_bytes:
                del self._active[signal]
                active.close()
                self._on_segment(active.segment)


def _identity(signal: Signal, digest: bytes) -> bytes:
    """Return what a request is recognised by: the same bytes can be a request of logs and one of traces."""
    return digest if signal is LOGS else digest[::-1]


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
