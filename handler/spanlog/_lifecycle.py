"""Fork and exit: the moments at which every handler of the process has something to do."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import time
import weakref
from typing import TYPE_CHECKING, Protocol

from spanlog._uid import UIDS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Closing(Protocol):
    """What is brought to an end with the program, in two steps so that all of them end at the same time."""

    shutdown_seconds: float

    def begin_close(self, deadline: float) -> None:
        """Start to end, without waiting."""

    def finish_close(self, deadline: float) -> None:
        """Wait for the end until a monotonic time at most."""


class Forking(Closing, Protocol):
    """What starts again with nothing in a forked child."""

    def reset_after_fork(self) -> None:
        """Forget everything that is the parent's."""

    def flush(self, deadline: float) -> bool:
        """Have everything taken so far sent, and wait for that until a monotonic time; whether it was."""


_workers: weakref.WeakSet[Forking] = weakref.WeakSet()
_others: list[Closing] = []
_is_exiting = False
_exit_waited_seconds = 0.0
_multiprocessing_pid: int | None = None


def register_worker(worker: Forking) -> None:
    """Have a worker reset after a fork and closed at exit, as long as it lives."""
    _workers.add(worker)


def workers() -> list[Forking]:
    """Give the workers that live."""
    return list(_workers)


def register_at_exit(other: Closing) -> None:
    """Have something closed at exit together with the workers."""
    _others.append(other)


def close_deadline(shutdown_seconds: float) -> float:
    """Give the monotonic time by which a close must be over.

    At the end of the program everything that waits (``counted_wait``) shares one allowance, because
    ``logging.shutdown`` flushes and closes once more what was closed here.
    """
    return time.monotonic() + max(0.0, shutdown_seconds - _exit_waited_seconds)


@contextlib.contextmanager
def counted_wait() -> Iterator[None]:
    """Count the time spent here, once the program is ending, against what it may still wait."""
    global _exit_waited_seconds  # noqa: PLW0603 - the program ends once
    start = time.monotonic()
    try:
        yield
    finally:
        if _is_exiting:
            _exit_waited_seconds += time.monotonic() - start


def is_exiting() -> bool:
    """Whether the end of the program has begun."""
    return _is_exiting


def close_all() -> None:
    """Send what waits and close everything, within each one's own seconds."""
    global _is_exiting  # noqa: PLW0603 - as above
    _is_exiting = True
    everything: list[Closing] = [*_workers, *_others]
    with counted_wait():
        deadlines = [close_deadline(one.shutdown_seconds) for one in everything]
        for one, deadline in zip(everything, deadlines, strict=True):
            one.begin_close(deadline)
        for one, deadline in zip(everything, deadlines, strict=True):
            one.finish_close(deadline)


def close_with_multiprocessing() -> None:
    """Have everything closed where a child of ``multiprocessing`` ends, which runs no ``atexit`` functions.

    Called when a worker starts to work: registered any earlier it would be cleared when the child begins.
    """
    global _multiprocessing_pid  # noqa: PLW0603 - once for each process
    multiprocessing = sys.modules.get("multiprocessing.process")
    if multiprocessing is None or multiprocessing.parent_process() is None:
        return
    if _multiprocessing_pid != os.getpid():
        _multiprocessing_pid = os.getpid()
        from multiprocessing.util import Finalize  # noqa: PLC0415 - only in such a child

        Finalize(None, close_all, exitpriority=0)


def _reset_after_fork() -> None:
    global _is_exiting, _exit_waited_seconds
    _is_exiting, _exit_waited_seconds = False, 0.0
    UIDS.reseed()
    for worker in list(_workers):
        worker.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
# Registered when spanlog is imported, so that it runs after what the program registers later. What is logged
# after it still goes out: a worker starts again, and logging.shutdown closes it.
atexit.register(close_all)
