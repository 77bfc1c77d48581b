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

MAX_MATCHES: Final = 131_072
"""Of one search; one that finds more is not kept. ``log_times.sql`` returns no more."""

_KEPT_ROWS: Final = 100
"""Of one search, or as many as were asked for: a page."""

_MAX_SEARCHES: Final = 256
_MAX_KEPT_MATCHES: Final = 2_000_000
"""Of all searches together, 8 bytes each."""

_MAX_KEPT_ROWS: Final = 10_000
"""Of all searches together; as Python has them, about 2 KB each."""


@dataclass(frozen=True, slots=True)
class KnownSearch:
    """What was found from ``since`` on, in a store of these ``parts``; times ascending, rows newest first."""

    since: int
    parts: frozenset[Part]
    times: "array[int]"
    rows: Sequence[Row]


class KnownSearches:
    """What was found, by what was asked. Safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, KnownSearch] = OrderedDict()
        self._large: OrderedDict[str, int] = OrderedDict()

    def get(self, asked: Condition) -> KnownSearch | None:
        """Return what is known of ``asked``."""
        with self._lock:
            known = self._known.get(repr(asked))
            if known is not None:
                self._known.move_to_end(repr(asked))
            return known

    def keep(self, asked: Condition, known: KnownSearch) -> None:
        """Keep ``known``, and of the others no more than there is room for."""
        with self._lock:
            self._known[repr(asked)] = known
            self._known.move_to_end(repr(asked))
            while self._is_too_much():
                self._known.popitem(last=False)

    def is_large(self, asked: Condition, nanoseconds: int) -> bool:
        """Tell whether ``asked`` of a period this long, or of one half as long, has found too much to be kept."""
        with self._lock:
            found = self._large.get(repr(asked))
            return found is not None and nanoseconds > found // 2

    def note_large(self, asked: Condition, nanoseconds: int) -> None:
        """Remember that ``asked`` of a period this long finds too much to be kept."""
        with self._lock:
            self._known.pop(repr(asked), None)
            self._large[repr(asked)] = nanoseconds
            while len(self._large) > _MAX_SEARCHES:
                self._large.popitem(last=False)

    def _is_too_much(self) -> bool:
        every = self._known.values()
        return (
            len(every) > _MAX_SEARCHES
            or sum(len(known.times) for known in every) > _MAX_KEPT_MATCHES
            or sum(len(known.rows) for known in every) > _MAX_KEPT_ROWS
        )


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
    searches.keep(asked, KnownSearch(since, parts, times, rows[: max(limit, _KEPT_ROWS)]))
    return Page(rows[:limit], max(len(rows[:limit]), len(times)))


def _read_rows(queries: QueryRunner, asked: Condition, times: "array[int]", limit: int) -> list[Row]:
    """Return the newest rows for which ``asked`` holds; ``times``, ascending, are those of them."""
    at = all_of(Expression("since", {"time": times[0]}), Expression("time_in", {"times": times.tolist()}))
    return queries.run("list_logs", {"limit": limit, "offset": 0}, condition=all_of(at, without_hints(asked)))
