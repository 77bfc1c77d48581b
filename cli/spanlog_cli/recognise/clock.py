"""From the numbers of a time stamp to nanoseconds since 1970: the zone, and the year where a line has none."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

_NANOSECONDS: Final = 1_000_000_000
# What the store's times can hold, less a day at each end for the zones.
_EARLIEST_UNIX_SECONDS: Final = 86_400
_LATEST_UNIX_SECONDS: Final = 9_223_286_400
# A line may be stamped by a clock that is ahead, or in a zone that was guessed wrongly.
_TOLERANCE: Final = timedelta(days=1)
# 29 February comes again after eight years at the latest (1896 to 1904).
_YEARS_BACK: Final = 8
_LEAP_SECOND: Final = 60

MONTHS: Final[dict[str, int]] = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}


class Minute(NamedTuple):
    """A time stamp down to its minute: lines come in runs from the same one."""

    year: int | None
    """None to be inferred."""
    month: int
    day: int
    hour: int
    minute: int
    zone: str | None = None
    """``Z``, ``UTC``, ``GMT``, ``+02``, ``+0200``, ``+02:00``; None for the clock's own."""


class Clock:
    """Turns time stamps into nanoseconds.

    ``Clock(None, latest)``   stamps without a zone are in this machine's zone
    ``Clock(UTC, latest)``    … are in UTC

    Args:
        zone: for stamps without one; None for the local zone with its daylight saving.
        latest: with a zone. A stamp without a year gets the latest year that does not put it after this.
    """

    def __init__(self, zone: tzinfo | None, latest: datetime) -> None:
        self._zone = zone
        self._latest = latest
        # A calendar is dearer than a dictionary.
        self._minute = lru_cache(maxsize=4096)(self._minute_unix_seconds)

    def unix_nano(self, minute: Minute, second: int, fraction: str | None = None) -> int | None:
        """Give nanoseconds since 1970 UTC; None for what is no time, or none the store can hold.

        Args:
            minute: the stamp down to its minute.
            second: 0 to 60.
            fraction: the digits after the point, if any.
        """
        if second > _LEAP_SECOND:
            return None
        minute_seconds = self._minute(minute)
        if minute_seconds is None:
            return None
        nanoseconds = int(fraction[:9].ljust(9, "0")) if fraction else 0
        # A leap second is told as the end of the second before, so that order is kept.
        return (minute_seconds + min(second, 59)) * _NANOSECONDS + nanoseconds

    def _minute_unix_seconds(self, stamp: Minute) -> int | None:
        try:
            zone = _zone_of(stamp.zone) if stamp.zone else self._zone
            if stamp.year is None:
                return self._inferred(stamp, zone)
            moment = datetime(stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, tzinfo=zone)
            return _checked(moment.timestamp())
        except (ValueError, OverflowError, OSError):
            return None

    def _inferred(self, stamp: Minute, zone: tzinfo | None) -> int | None:
        limit = (self._latest + _TOLERANCE).timestamp()
        # The latest moment's own year may differ by one from that of another zone.
        for year in range(self._latest.year + 1, self._latest.year - _YEARS_BACK - 1, -1):
            try:
                moment = datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, tzinfo=zone)
                seconds = moment.timestamp()
            except ValueError:
                continue
            if seconds <= limit:
                return _checked(seconds)
        return None


def unix_nano_of_epoch(text: str) -> int | None:
    """Give nanoseconds for a number that counts seconds, milli-, micro- or nanoseconds since 1970.

    Which of them is told by the size: whole seconds have at most 11 digits until the year 5138.
    """
    whole, _, fraction = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (fraction and not (fraction.isascii() and fraction.isdigit())):
        return None
    for digits, unit in ((11, _NANOSECONDS), (14, 1_000_000), (17, 1_000), (19, 1)):
        if len(whole) <= digits:
            nanoseconds = int(whole) * unit + int(fraction[:9].ljust(9, "0")) * unit // _NANOSECONDS
            return nanoseconds if _checked(nanoseconds // _NANOSECONDS) is not None else None
    return None


def _checked(unix_seconds: float) -> int | None:
    seconds = int(unix_seconds)
    return seconds if _EARLIEST_UNIX_SECONDS <= seconds <= _LATEST_UNIX_SECONDS else None


@lru_cache(maxsize=256)
def _zone_of(text: str) -> tzinfo:
    if text in {"Z", "z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:4] or 0)
    if minutes > 59:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"no zone: {text}")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
