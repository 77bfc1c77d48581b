"""What people changed is read again and again, and changes seldom: it is remembered until something was written.

Records are not remembered, nor what is counted of them, only what comes through ``Store.insert``; and facts that stay
what they are, such as which record of a group was logged at a moment, or that say of which moment they are.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple, TypeVar

from spanlog_collector.storage import Store

T = TypeVar("T")

MAX_AGE_SECONDS: Final = 1.0
"""Where other processes write to the same store, which nobody tells us of."""

_MAX_FACTS: Final = 20_000


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
        self._facts: OrderedDict[Hashable, Any] = OrderedDict()

    def fact(self, key: Hashable) -> Any:
        """Return what was kept under ``key``; None where nothing was, or too long ago."""
        with self._lock:
            if key not in self._facts:
                return None
            self._facts.move_to_end(key)
            return self._facts[key]

    def keep_fact(self, key: Hashable, value: Any) -> None:
        """Keep what stays true, whatever comes, in the place of what was there; no more than 20,000 such things."""
        with self._lock:
            self._facts[key] = value
            self._facts.move_to_end(key)
            while len(self._facts) > _MAX_FACTS:
                self._facts.popitem(last=False)

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
