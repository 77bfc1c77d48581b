"""Requests a second, by the token bucket: as many at once as a second allows, then evenly.

Forty lines instead of a library: those there are (``limits``, ``slowapi``) bring storages, strategies and three
dependencies to what is one subtraction.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

MAX_BUCKETS: Final = 10_000
"""Callers that are remembered; one that is forgotten begins with a full bucket."""


class TokenBuckets:
    """A bucket for each caller. Not for several event loops at once: a token may be lost, none is made."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, caller: Hashable, per_second: float) -> float:
        """Take one token and return 0.0; or return in how many seconds there will be one."""
        now = time.monotonic()
        most = max(1.0, per_second)
        tokens, since = self._buckets.get(caller, (most, now))
        tokens = min(most, tokens + (now - since) * per_second)
        wait_seconds = 0.0 if tokens >= 1.0 else (1.0 - tokens) / per_second
        self._buckets[caller] = (tokens if wait_seconds else tokens - 1.0, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return wait_seconds
