"""What was lost, told in-band: a record of its own that is sent when the way is free again."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from spanlog import _encode
from spanlog._body import Body, Compression, packed
from spanlog._uid import UIDS
from spanlog._values import any_value

if TYPE_CHECKING:
    from collections.abc import Mapping

LOGGER_NAME = "spanlog"
_WARN = 13
_INTERVAL_SECONDS = 60.0


class LossReport:
    """Keeps what was lost since the last report.

    The times are bounds: the last moment at which nothing of it was lost yet, and the moment at which all of it
    was. The report itself is no record of the program's and stands in none of its accounts.

    Args:
        source: where the handler's records come in.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._seen: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._being_told: Counter[str] = Counter()
        self._quiet_time_unix_nano = time.time_ns()
        self._first_time_unix_nano = 0
        self._last_time_unix_nano = 0
        self._next_report_time = 0.0

    def observe(self, dropped: Mapping[str, int]) -> None:
        """Take the totals by reason, as they are now."""
        now = time.time_ns()
        if sum(dropped.values()) > self._seen.total():
            if self._seen == self._told:
                self._first_time_unix_nano = self._quiet_time_unix_nano
            self._last_time_unix_nano = now
            self._seen = Counter(dropped)
        self._quiet_time_unix_nano = now

    @property
    def is_pending(self) -> bool:
        """Whether there is something to tell."""
        return self._seen != self._told

    @property
    def is_due(self) -> bool:
        """Whether it is to be told now: at once the first time, then once a minute."""
        return self.is_pending and time.monotonic() >= self._next_report_time

    def body(self, resource: bytes, compression: Compression) -> Body:
        """Make the request; its one record counts as none."""
        self._being_told = self._seen
        news = self._seen - self._told
        total = news.total()
        reasons = ", ".join(f"{reason}: {count}" for reason, count in sorted(news.items()))
        text = f"{total} {'record was' if total == 1 else 'records were'} lost ({reasons})"
        attributes = {
            "spanlog.source": self._source,
            "log.record.uid": UIDS.next(self._last_time_unix_nano),
            "spanlog.dropped.total": total,
            "spanlog.dropped.first_time_unix_nano": self._first_time_unix_nano,
            "spanlog.dropped.last_time_unix_nano": self._last_time_unix_nano,
            **{f"spanlog.dropped.{reason}": count for reason, count in sorted(news.items())},
        }
        record = b"".join(
            (
                _encode.times(self._last_time_unix_nano, time.time_ns()),
                _encode.severity(_WARN, "WARN"),
                _encode.body(text),
                *(_encode.attribute(name, any_value(value)) for name, value in attributes.items()),
            )
        )
        return Body(packed(_encode.request(resource, {LOGGER_NAME: [record]}), compression), 0)

    def told(self) -> None:
        """Take note that the report was sent, or lies on disk to be sent."""
        self._told = self._being_told
        self._next_report_time = time.monotonic() + _INTERVAL_SECONDS
