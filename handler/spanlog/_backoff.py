"""When a request may be tried again. On the monotonic clock: a wall clock that jumps changes nothing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spanlog._transport import Outcome

_MAX_DOUBLINGS = 30


class Backoff:
    """The pauses of one way to a collector: exponential with jitter, or as long as the collector asks.

    Args:
        initial_seconds: the first pause, about.
        max_seconds: the longest one of its own choosing, about.
    """

    def __init__(self, initial_seconds: float, max_seconds: float) -> None:
        self._initial_seconds = initial_seconds
        self._max_seconds = max_seconds
        self._failures = 0
        self._is_asked_for = False
        self.not_before = 0.0
        """The monotonic time before which nothing is to be sent."""
        self.is_free = False
        """Whether the last request was accepted; not known before the first."""

    def answered(self, outcome: Outcome) -> None:
        """Take note that the collector dealt with a request: took it, or refused it for good."""
        self._failures, self.not_before, self.is_free = 0, 0.0, outcome.is_accepted

    def failed(self, outcome: Outcome) -> None:
        """Take note of a request that is to be tried again."""
        delay = min(self._max_seconds, self._initial_seconds * 2 ** min(self._failures, _MAX_DOUBLINGS))
        # From the system's source: a program's own seeded random numbers stay its own.
        delay *= 0.5 + int.from_bytes(os.urandom(2)) / 0x1FFFF
        self._failures += 1
        asked = outcome.retry_after_seconds
        self._is_asked_for = asked is not None and asked > delay
        self.not_before = time.monotonic() + max(delay, asked or 0.0)
        self.is_free = False

    def hurry(self) -> None:
        """Allow one more try at once, unless it was the collector that asked for the pause."""
        if not self._is_asked_for:
            self._failures, self.not_before = 0, 0.0
