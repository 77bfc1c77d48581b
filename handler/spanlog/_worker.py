"""The one background thread of a handler: started by the first record, asleep while there is none.

Waking it must be safe from a signal handler or a garbage collection in the middle of anything, the wake-up
itself included. So it is the release of a raw lock, one atomic step, and not an Event.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from spanlog import _lifecycle
from spanlog._queue import NEVER, RecordQueue

if TYPE_CHECKING:
    from spanlog._finish import FinisherClass
    from spanlog._sender import Sender
    from spanlog.config import HandlerConfig

# Threads that are sending, of all handlers. What they log (through the HTTP client, say) must not be taken,
# or sending a record would make a record.
SENDING_THREADS: set[int] = set()

_START_RETRY_SECONDS = 1.0
_ERROR_PAUSE_SECONDS = 0.1
_JOIN_RETRY_SECONDS = 0.001


class Worker:
    """Sends what is put into its queue.

    Args:
        config: the handler's settings.
        finisher: makes a request of records, where that is not the handler's way; takes a redactor or None, and how
            large a value may be.
    """

    def __init__(self, config: HandlerConfig, finisher: FinisherClass | None = None) -> None:
        # Imported with the first handler: it brings the HTTP client, which would be most of what importing
        # spanlog costs. Not later, by the thread: see _http_transport.
        from spanlog._delivery import Delivery  # noqa: PLC0415

        self.shutdown_seconds = config.shutdown_seconds
        # Records are put straight into it: that never waits for the thread, the network or a lock held for long.
        self.queue = RecordQueue(config.max_queue_records, config.max_queue_bytes)
        self.queue.wake = self._wake_or_start
        self._config = config
        self._delivery = Delivery(config, self.queue, *(() if finisher is None else (finisher,)))
        self._close_deadline: float | None = None
        self._thread: threading.Thread | None = None
        self._flush_position = 0
        self._reset()
        _lifecycle.register_worker(self)

    def flush(self, deadline: float) -> bool:
        """Have everything taken so far sent, and wait for that until a monotonic time.

        Returns:
            Whether all of it is sent or accounted as dropped.
        """
        position = self.queue.end_position()
        if threading.get_ident() in SENDING_THREADS:
            return self.queue.wait_settled(position, 0.0)
        if len(self.queue):
            self._flush_position = max(self._flush_position, position)
            self._wake_or_start()
            if self._thread is None and _lifecycle.is_exiting():
                self._drain_inline(deadline)
        return self.queue.wait_settled(position, deadline)

    def begin_close(self, deadline: float) -> None:
        """Send what waits, stop the thread, and put by at the deadline what is left. Does not wait."""
        self._close_deadline = deadline
        if self._thread is not None or len(self.queue):
            self._wake_or_start()

    def finish_close(self, deadline: float) -> None:
        """Wait until that is done. A record that comes later starts the thread again."""
        thread = self._thread
        if thread is not None and threading.get_ident() not in SENDING_THREADS:
            # Whatever it hangs in, there must be time left to put by what it has.
            self._join(thread, deadline - self._delivery.reserved_seconds() / 2)
        if self._thread is None and len(self.queue):
            # Threads can no longer be started at the end of the interpreter (Python 3.12 and later).
            self._drain_inline(deadline)
        if thread is not None and thread.is_alive():
            # It hangs in a request. Whatever comes of that, its records are accounted for here and now.
            self._disown(thread)
        self._delivery.end("shutdown")
        self._close_deadline = None

    def reset_after_fork(self) -> None:
        """Start again with nothing: queue, thread and connection are the parent's."""
        # The parent's threads do not exist here, and their numbers may come to mean others.
        SENDING_THREADS.clear()
        self.queue.reset()
        self._delivery.reset_after_fork()
        self._reset()

    def _reset(self) -> None:
        self._thread = None
        self._wake = threading.Lock()
        self.queue.wake_at = 0
        self._starting = threading.Lock()
        self._no_start_before = 0.0
        self._close_deadline = None
        self._flush_position = 0

    def _join(self, thread: threading.Thread, deadline: float) -> None:
        while True:
            remaining = max(0.0, deadline - time.monotonic())
            try:
                thread.join(remaining)
            except RuntimeError:
                # Not started yet: the thread that logged is just doing that.
                if self._thread is thread and remaining:
                    time.sleep(_JOIN_RETRY_SECONDS)
                    continue
            return

    def _disown(self, thread: threading.Thread) -> None:
        if self._thread is thread:
            self._thread = None
            self.queue.wake_at = 0

    def _wake_or_start(self) -> None:
        if self._thread is None:
            self._start()
            return
        self.queue.wake_at = NEVER
        with contextlib.suppress(RuntimeError):  # awake already
            self._wake.release()

    def _start(self) -> None:
        # Not waited for: whoever holds it is starting the thread, perhaps this very thread before a signal.
        if not self._starting.acquire(blocking=False):
            return
        try:
            if self._thread is not None or time.monotonic() < self._no_start_before:
                return
            wake = threading.Lock()
            wake.acquire()
            thread = threading.Thread(target=self._run, args=(wake,), name="spanlog", daemon=True)
            self._wake, self.queue.wake_at, self._thread = wake, NEVER, thread
            try:
                thread.start()
            except RuntimeError:
                # No more threads, or the interpreter is ending.
                self._thread, self.queue.wake_at = None, 0
                self._no_start_before = time.monotonic() + _START_RETRY_SECONDS
        finally:
            self._starting.release()
        if self._thread is None and _lifecycle.is_exiting():
            with _lifecycle.counted_wait():
                self._drain_inline(_lifecycle.close_deadline(self.shutdown_seconds))

    def _run(self, wake: threading.Lock) -> None:
        me = threading.current_thread()
        SENDING_THREADS.add(threading.get_ident())
        sender: Sender | None = None
        try:
            _lifecycle.close_with_multiprocessing()
            while self._thread is me:
                try:
                    if sender is None:
                        sender = self._new_sender(wake)
                    if len(self.queue):
                        self._gather(wake)
                        self._drain(sender, me)
                    elif sender.deliver_spooled():
                        continue
                    elif self._close_deadline is None:
                        self._sleep(wake, sender.next_turn())
                    else:
                        sender.finish()
                        if self._leave(me):
                            self._delivery.release()
                            return
                except Exception:  # noqa: BLE001 - the thread outlives whatever happens to one batch
                    self.queue.give_up_in_flight("error")
                    wake.acquire(timeout=_ERROR_PAUSE_SECONDS)
        finally:
            if sender is not None:
                sender.close()
            SENDING_THREADS.discard(threading.get_ident())

    def _new_sender(self, wake: threading.Lock) -> Sender:
        def pause(until: float) -> None:
            wake.acquire(timeout=max(0.0, until - time.monotonic()))

        return self._delivery.sender(lambda: self._close_deadline, pause)

    def _sleep(self, wake: threading.Lock, until: float | None) -> None:
        """Wait for a record, however long that takes, or until a monotonic time."""
        self.queue.wake_at = 1
        # Looked at again after setting the mark: a record before it would not have woken anybody.
        if not len(self.queue) and self._close_deadline is None:
            wake.acquire(timeout=-1 if until is None else max(0.0, until - time.monotonic()))
        self.queue.wake_at = NEVER

    def _gather(self, wake: threading.Lock) -> None:
        """Give records the time to become a batch."""
        self.queue.wake_at = self._config.max_batch_records
        if len(self.queue) < self._config.max_batch_records and not self._is_urgent():
            wake.acquire(timeout=self._config.flush_interval_seconds)
        self.queue.wake_at = NEVER

    def _drain(self, sender: Sender, me: threading.Thread) -> None:
        """Send batches: one, and all that are full, and everything at a flush or close."""
        while self._thread is me:
            batch = self.queue.take(self._config.max_batch_records, self._config.max_batch_bytes)
            if batch is None:
                return
            sender.deliver(batch)
            if self._is_urgent():
                continue
            if self._thread is not me:
                # Given up while it hung: what is on disk is no longer this thread's to send.
                return
            sender.deliver_spooled()
            if len(self.queue) < self._config.max_batch_records:
                return

    def _is_urgent(self) -> bool:
        """Whether somebody waits for what is in the queue."""
        return self._close_deadline is not None or self.queue.start_position < self._flush_position

    def _leave(self, me: threading.Thread) -> bool:
        """End the thread, unless a record has come in the last moment. Gives whether it has ended."""
        self._thread = None
        self.queue.wake_at = 0
        # From here on a record starts a new thread. One that came just before did not, so it is looked for.
        if len(self.queue) and self._starting.acquire(blocking=False):
            try:
                if self._thread is None:
                    self._thread, self.queue.wake_at = me, NEVER
                    return False
            finally:
                self._starting.release()
        return True

    def _drain_inline(self, deadline: float) -> None:
        """Send from the calling thread, where there can be no other."""
        if not self._starting.acquire(blocking=False):
            return
        SENDING_THREADS.add(threading.get_ident())
        sender = self._delivery.sender(
            lambda: deadline,
            lambda until: time.sleep(max(0.0, min(until, deadline) - time.monotonic())),
        )
        try:
            while (batch := self.queue.take(self._config.max_batch_records, self._config.max_batch_bytes)) is not None:
                sender.deliver(batch)
        finally:
            sender.close()
            SENDING_THREADS.discard(threading.get_ident())
            self._starting.release()
