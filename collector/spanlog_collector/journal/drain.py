"""How fast the store takes what the journal holds: more than it takes in a while need not pile up."""

import threading
import time
from collections import deque
from typing import Final

from spanlog_collector.otlp.description import Signal

_WINDOW_SECONDS: Final = 30.0


class Drain:
    """What was loaded lately. Thread-safe: each signal's loader reports, the journal asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loads: deque[tuple[float, Signal, int, float]] = deque()

    def loaded(self, signal: Signal, size_bytes: int, seconds: float) -> None:
        """Note that a segment of ``size_bytes`` was loaded, and how long that took."""
        with self._lock:
            self._loads.append((time.monotonic(), signal, size_bytes, seconds))

    def failed(self) -> None:
        """Note that the store does not answer: nothing is known of its speed, and the journal is there for this."""
        with self._lock:
            self._loads.clear()

    @property
    def bytes_per_second(self) -> float | None:
        """The pace of the last half minute, all signals together; ``None`` when nothing was loaded in it."""
        with self._lock:
            oldest = time.monotonic() - _WINDOW_SECONDS
            while self._loads and self._loads[0][0] < oldest:
                self._loads.popleft()
            busy: dict[Signal, tuple[int, float]] = {}
            for _, signal, size_bytes, seconds in self._loads:
                total_bytes, total_seconds = busy.get(signal, (0, 0.0))
                busy[signal] = total_bytes + size_bytes, total_seconds + seconds
        # Each signal has a thread of its own, so they go on side by side.
        return sum(size / max(seconds, 1e-6) for size, seconds in busy.values()) if busy else None
