"""UUIDv7 (RFC 9562): the time in front, so that ids made one after another sort one after another."""

import secrets
import sys
import threading
import time
import uuid

from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND


class Uuid7Source:
    """Makes ids, each greater than the one before, also within one millisecond and when the clock goes back.

    48 bits of milliseconds and 12 bits of their fraction (RFC 9562 §6.2, method 3), then 62 random bits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ticks = 0

    def next(self) -> uuid.UUID:
        """Return the next id."""
        milliseconds, rest = divmod(time.time_ns(), NANOSECONDS_PER_MILLISECOND)
        with self._lock:
            ticks = max(milliseconds << 12 | (rest << 12) // NANOSECONDS_PER_MILLISECOND, self._last_ticks + 1)
            self._last_ticks = ticks
        milliseconds, fraction = ticks >> 12 & 0xFFFF_FFFF_FFFF, ticks & 0xFFF
        return uuid.UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62))


if sys.version_info >= (3, 14):
    new_uuid7 = uuid.uuid7
else:
    new_uuid7 = Uuid7Source().next


def uuid7_unix_milliseconds(identifier: uuid.UUID) -> int | None:
    """Return the time in ``identifier``, or None when it is no UUIDv7."""
    is_version_7 = identifier.variant == uuid.RFC_4122 and identifier.version == 7  # noqa: PLR2004 - the version
    return identifier.int >> 80 if is_version_7 else None
