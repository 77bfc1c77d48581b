"""What came into the store between two looks at it, told by the parts that it is stored in.

An insert writes parts of its own, numbered by day; a merge makes one of several, of the same rows. So of a part that is
new it can be told whether it holds rows that are new, and its first record says how far back they may lie.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.times import NANOSECONDS_PER_SECOND

EVER: Final = 2**63 - 1
"""After every record."""


class Part(NamedTuple):
    """One part: its day, the numbers of the first and the last insert in it, and the second of its earliest record."""

    day: str
    first_block: int
    last_block: int
    rows: int
    earliest: int


def read_parts(queries: QueryRunner) -> frozenset[Part]:
    """Return the parts as they are now."""
    return frozenset(Part(**row) for row in queries.run("record_parts"))


def unchanged_before(then: frozenset[Part], now: frozenset[Part]) -> int:
    """Return the moment, in nanoseconds since 1970, before which ``now`` has the same records as ``then``.

    It is ``EVER`` where nothing came, and 0 where something is gone: days go as a whole, and with them their parts.
    """
    merged: defaultdict[str, list[Part]] = defaultdict(list)
    for part in then - now:
        merged[part.day].append(part)
    moment = EVER
    for part in now - then:
        inside = [
            old for old in merged[part.day] if part.first_block <= old.first_block <= old.last_block <= part.last_block
        ]
        merged[part.day] = [old for old in merged[part.day] if old not in inside]
        rows = _rows(inside)
        if rows > part.rows:
            return 0
        if rows < part.rows:
            moment = min(moment, part.earliest * NANOSECONDS_PER_SECOND)
    return 0 if any(merged.values()) else moment


def _rows(parts: Iterable[Part]) -> int:
    return sum(part.rows for part in parts)
