"""A record's own id: UUIDv7 text (RFC 9562), of the record's time, a process's random bits and a count.

The 42 random bits tell processes apart and are drawn anew after a fork; the 32-bit count tells the records
of one process apart. So an id costs one format operation and no system call.
"""

from __future__ import annotations

import itertools
import os


class UidSource:
    """Makes ids. One for a process; ``reseed`` after a fork."""

    def __init__(self) -> None:
        self.reseed()

    def reseed(self) -> None:
        """Draw new random bits, so that a forked child does not repeat its parent's ids."""
        random_bits = int.from_bytes(os.urandom(10))
        low = random_bits & 0xFFFF
        variant = 0x8000 | (random_bits >> 16) & 0x3FFF
        version = 0x7000 | (random_bits >> 30) & 0x0FFF
        self._middle = f"-{version:04x}-{variant:04x}-{low:04x}"
        # Starting somewhere in the middle: nobody reads a meaning into the count.
        self._count = itertools.count(random_bits >> 48)

    def next(self, time_unix_nano: int) -> str:
        """Give the next id for a record of that time: 36 characters."""
        milliseconds = f"{time_unix_nano // 1_000_000 & 0xFFFFFFFFFFFF:012x}"
        return f"{milliseconds[:8]}-{milliseconds[8:]}{self._middle}{next(self._count) & 0xFFFFFFFF:08x}"


UIDS = UidSource()
