"""What people changed is read again and again, and changes seldom: it is remembered until something was written.

Records are never remembered, nor what is counted of them: only what comes through ``Store.insert``.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from spanlog_collector.storage import Store

T = TypeVar("T")

MAX_AGE_SECONDS: Final = 1.0
"""Where other processes write to the same store, which nobody tells us of."""


class _Known(NamedTuple):
    value: Any
    changes: int
    read_at: float


class Remembered:
    """Values by name, each as it would be read now; of a store that others write to, as it was a second ago at most.

    Safe in threads. What a caller with certain agents only may see does not belong here.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def get(self, name: str, read: Callable[[], T]) -> T:
        """Return the value ``name``: what ``read`` returned, unless that may have changed since."""
        # Before it is read: what is written meanwhile makes it old.
        changes, now = self._store.changes, time.monotonic()
        with self._lock:
            known = self._known.get(name)
        is_young = known is not None and (not self._store.is_shared or now - known.read_at < MAX_AGE_SECONDS)
        if known is not None and is_young and known.changes == changes:
            found: T = known.value
            return found
        value = read()
        with self._lock:
            self._known[name] = _Known(value, changes, now)
        return value
