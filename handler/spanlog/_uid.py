"""A record's own id: UUIDv7 text (RFC 9562), of the record's time, a process's random bits and a count.

The 42 random bits tell processes apart and are drawn anew after a fork; the 32-bit count tells the records
of one process apart. Ids are made for a batch at a time, which makes them nearly free.
"""

from __future__ import annotations

import os
import threading

_COUNT_LIMIT = 2**32
BLOCK = 4_096
BLOCK_BITS = 12
LAST_DIGITS = tuple([b"%03x" % number for number in range(BLOCK)])
"""The last three digits of an id by the last twelve bits of its count."""


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
        self._middle = b"-%04x-%04x-%04x" % (version, variant, low)
        # Starting somewhere in the middle: nobody reads a meaning into the count.
        self._count = random_bits >> 48
        # A new one: in a forked child the old one may be held by a thread that is not there.
        self._lock = threading.Lock()

    def next(self, time_unix_nano: int) -> str:
        """Give the next id for a record of that time: 36 characters."""
        count = self.take_counts(1)
        return (self.beginning(time_unix_nano // 1_000_000, count) + LAST_DIGITS[count % BLOCK]).decode()

    def take_counts(self, records: int) -> int:
        """Give the first of as many successive counts, for ``beginning`` and ``LAST_DIGITS``."""
        with self._lock:
            start = self._count
            self._count += records
        return start

    def beginning(self, milliseconds: int, count: int) -> bytes:
        """Give the first 33 characters of the id of a record of that time and count."""
        time_digits = b"%012x" % (milliseconds & 0xFFFFFFFFFFFF)
        block = (count & (_COUNT_LIMIT - 1)) >> BLOCK_BITS
        return b"%b-%b%b%05x" % (time_digits[:8], time_digits[8:], self._middle, block)


UIDS = UidSource()
