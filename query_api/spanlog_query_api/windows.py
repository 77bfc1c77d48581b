"""The newest stretch of a period first, then more of it: a page of what is newest seldom needs the whole."""

from collections.abc import Iterator
from typing import Final

from spanlog_query_api.times import NANOSECONDS_PER_SECOND

_FIRST: Final = 3600 * NANOSECONDS_PER_SECOND
_GROWTH: Final = 8
"""What was read in vain is an eighth of the stretch that holds the page, and less."""


def window_starts(since: int, until: int) -> Iterator[int]:
    """Yield where longer and longer windows begin that end at ``until``; the last at ``since``. Nanoseconds."""
    length = _FIRST
    while until - length > since:
        yield until - length
        length *= _GROWTH
    yield since
