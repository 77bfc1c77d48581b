"""What lets a program fork while spanlog talks gRPC.

gRPC can go on in a forked child only if no thread was inside it at the fork; otherwise it skips its own
preparations, and the first call in the child never returns. A request to a collector that does not answer lasts for
seconds, so waiting for it is no choice: before a fork every call is broken off, and afterwards made again with the
same bytes, which a collector recognises if it had them already.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

# A call that is broken off returns in about a millisecond. If one does not, the fork goes on all the same, and the
# child is without spanlog's gRPC rather than the program without its child.
_LONGEST_WAIT_SECONDS = 1.0
_LOOK_AGAIN_SECONDS = 0.01


class Interruptible(Protocol):
    """What makes calls."""

    def interrupt(self) -> None:
        """Break off the call that is under way. From any thread."""


class CallGate:
    """Knows the calls that are under way in this process, and keeps new ones out while it forks."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start again with no calls: those of the parent are not this process's."""
        self._changed = threading.Condition()
        self._callers: dict[Interruptible, int] = {}
        self._is_closed = False

    def run(self, caller: Interruptible, call: Callable[[], bytes]) -> bytes:
        """Make a call, if need be after a fork."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed, _LONGEST_WAIT_SECONDS)
            self._callers[caller] = threading.get_ident()
        try:
            return call()
        finally:
            with self._changed:
                self._callers.pop(caller, None)
                self._changed.notify_all()

    def close(self) -> None:
        """Break off every call and wait until none is under way."""
        with self._changed:
            self._is_closed = True
            deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
            me = threading.get_ident()
            while others := [caller for caller, thread in self._callers.items() if thread != me]:
                for caller in others:
                    caller.interrupt()
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return
                # Not for long: a caller that was about to connect has something to break off only now.
                self._changed.wait(min(remaining, _LOOK_AGAIN_SECONDS))

    def open(self) -> None:
        """Let calls through again."""
        with self._changed:
            self._is_closed = False
            self._changed.notify_all()


CALLS = CallGate()

if hasattr(os, "register_at_fork"):
    # What gRPC looks at, it looks at in fork() itself, so after all that is registered here.
    os.register_at_fork(before=CALLS.close, after_in_parent=CALLS.open, after_in_child=CALLS.reset)
