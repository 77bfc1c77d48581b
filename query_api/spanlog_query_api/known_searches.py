"""What a search found, so that asked again only what came since is looked through.

People ask the same again and again: a page is loaded anew, and the period up to now moves on. Each time, the parts of
the store tell from which moment on there may be other records than before (``record_parts.py``), and from there on they
are read. So an answer is what it would be without.
"""

import threading
import time
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spanlog_query_api.pages import Page, read_page
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.record_parts import EVER, Part, read_parts, unchanged_before
from spanlog_query_api.search.conditions import (
    Condition,
    Expression,
    all_of,
    asks_of_records_alone,
    without_hints,
    without_period,
)

MAX_MATCHES: Final = 262_144
"""Of one search; one that finds more is not kept. ``log_times.sql`` returns no more."""

_KEPT_ROWS: Final = 100
"""Of one search, or as many as were asked for: a page."""

_MAX_SEARCHES: Final = 256
_MAX_BYTES: Final = 24 * 1024 * 1024
"""Of all searches together: what is oldest goes."""

_MAX_BYTES_OF_ROWS: Final = 1024 * 1024
"""Of one search: messages may be long, and are then read each time."""

_ROW_BYTES: Final = 1_700
"""What Python needs for a row beside its texts."""


@dataclass(frozen=True, slots=True)
class KnownSearch:
    """What was found from ``since`` on, in a store of these ``parts``; times ascending, rows newest first."""

    since: int
    parts: frozenset[Part]
    times: "array[int]"
    rows: Sequence[Row]

    @property
    def size_bytes(self) -> int:
        """What it takes of memory, roughly."""
        return self.times.itemsize * len(self.times) + _size_bytes(self.rows)


class KnownSearches:
    """What was found, by what was asked. Safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[KnownSearch, int]] = OrderedDict()
        self._size_bytes = 0
        self._large: OrderedDict[str, int] = OrderedDict()

    def get(self, asked: Condition) -> KnownSearch | None:
        """Return what is known of ``asked``."""
        with self._lock:
            if repr(asked) not in self._known:
                return None
            self._known.move_to_end(repr(asked))
            return self._known[repr(asked)][0]

    def keep(self, asked: Condition, known: KnownSearch) -> None:
        """Keep ``known``, and of the others no more than there is room for."""
        size = known.size_bytes
        with self._lock:
            self._remove(repr(asked))
            self._known[repr(asked)] = known, size
            self._size_bytes += size
            while self._size_bytes > _MAX_BYTES or len(self._known) > _MAX_SEARCHES:
                self._remove(next(iter(self._known)))

    def is_large(self, asked: Condition, nanoseconds: int) -> bool:
        """Tell whether ``asked`` of a period this long, or of one half as long, has found too much to be kept."""
        with self._lock:
            found = self._large.get(repr(asked))
            return found is not None and nanoseconds > found // 2

    def note_large(self, asked: Condition, nanoseconds: int) -> None:
        """Remember that ``asked`` of a period this long finds too much to be kept."""
        with self._lock:
            self._remove(repr(asked))
            self._large[repr(asked)] = nanoseconds
            while len(self._large) > _MAX_SEARCHES:
                self._large.popitem(last=False)

    def _remove(self, asked: str) -> None:
        _, size = self._known.pop(asked, (None, 0))
        self._size_bytes -= size


def find_newest(queries: QueryRunner, searches: KnownSearches, condition: Condition, since: int, limit: int) -> Page:
    """Return the ``limit`` newest records for which ``condition`` holds, from ``since`` on, and how many there are.

    Args:
        queries: What to ask by.
        searches: What is known.
        condition: What a record is like; its period, if it names one, begins at ``since`` and has no end.
        since: Nanoseconds since 1970.
        limit: How many.
    """
    asked = without_period(condition)
    if queries.is_alone and asks_of_records_alone(asked) and not searches.is_large(asked, time.time_ns() - since):
        return _find_and_keep(queries, searches, asked, since, limit)
    return read_page(queries, condition, limit)


def _find_and_keep(queries: QueryRunner, searches: KnownSearches, asked: Condition, since: int, limit: int) -> Page:
    # Before anything is read: what comes meanwhile is then taken for new the next time.
    parts = read_parts(queries)
    known = searches.get(asked)
    if known is None or since < known.since:
        known = KnownSearch(since, parts, array("q"), ())
        unchanged = since
    else:
        unchanged = max(since, unchanged_before(known.parts, parts))
    times = known.times[bisect_left(known.times, since) : bisect_left(known.times, unchanged)]
    rows = [row for row in known.rows if since <= row["unix_nano"] < unchanged]
    if unchanged < EVER:
        newer = all_of(Expression("since", {"time": unchanged}), asked)
        (came,) = queries.run("log_times", condition=newer)
        if len(times) + came["total"] > MAX_MATCHES:
            searches.note_large(asked, time.time_ns() - since)
            of_period = all_of(Expression("since", {"time": since}), asked)
            found = queries.run("list_logs", {"limit": limit, "offset": 0}, condition=of_period)
            return Page(found, max(len(found), len(times) + came["total"]))
        times.extend(sorted(came["times"]))
        if came["total"]:
            rows = _read_rows(queries, asked, times[-min(limit, came["total"]) :], limit) + rows
            # Between these and those that were known there may be more.
            rows = rows if came["total"] <= limit else rows[:limit]
    if len(rows) < min(limit, len(times)):
        # More are asked for than were before.
        rows = _read_rows(queries, asked, times[-limit:], limit)
    kept = rows[: max(limit, _KEPT_ROWS)]
    searches.keep(asked, KnownSearch(since, parts, times, kept if _size_bytes(kept) <= _MAX_BYTES_OF_ROWS else ()))
    return Page(rows[:limit], max(len(rows[:limit]), len(times)))


def _read_rows(queries: QueryRunner, asked: Condition, times: "array[int]", limit: int) -> list[Row]:
    """Return the newest rows for which ``asked`` holds; ``times``, ascending, are those of them."""
    at = all_of(Expression("since", {"time": times[0]}), Expression("time_in", {"times": times.tolist()}))
    return queries.run("list_logs", {"limit": limit, "offset": 0}, condition=all_of(at, without_hints(asked)))


def _size_bytes(rows: Sequence[Row]) -> int:
    return sum(_ROW_BYTES + len(row["message"]) + sum(map(len, row["attributes"].values())) for row in rows)
