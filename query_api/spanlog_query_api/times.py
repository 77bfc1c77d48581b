"""RFC 3339 text ↔ nanoseconds since 1970, without losing one: ``datetime`` stops at microseconds."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

NANOSECONDS_PER_SECOND: Final = 1_000_000_000
NANOSECONDS_PER_MILLISECOND: Final = 1_000_000
DAY_NANOSECONDS: Final = 24 * 3600 * NANOSECONDS_PER_SECOND

_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?"
    # A plus sign that was not percent-encoded arrives in a query string as a space.
    r"(?:([Zz])|([+\- ])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
_MAX_UNIX_SECONDS: Final = 2**32 - 1
"""The engine's index over time counts seconds in 32 bits."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_OFFSET_HOURS: Final = 23
_MAX_OFFSET_MINUTES: Final = 59


def parse_time(text: str) -> int:
    """Return ``text`` in nanoseconds since 1970. Without a zone it is UTC, without a time midnight.

    Raises:
        ValueError: it is no RFC 3339 time, or one that the engine cannot hold.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 time such as 2026-11-20T08:15:00Z")
    date, clock, fraction, _, sign, hours, minutes = match.groups()
    try:
        moment = datetime.fromisoformat(f"{date}T{clock or '00:00'}")
    except ValueError as error:
        raise ValueError(f"not a time: {error}") from error
    seconds = (moment.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
    if sign:
        if int(hours) > _MAX_OFFSET_HOURS or int(minutes) > _MAX_OFFSET_MINUTES:
            raise ValueError("not a time: the zone is out of range")
        offset = int(hours) * 3600 + int(minutes) * 60
        seconds -= -offset if sign == "-" else offset
    if not 0 <= seconds <= _MAX_UNIX_SECONDS:
        raise ValueError("out of range: times lie between 1970-01-01 and 2106-02-07")
    return seconds * NANOSECONDS_PER_SECOND + int((fraction or "").ljust(9, "0"))


def format_time(unix_nanoseconds: int) -> str:
    """Return RFC 3339 in UTC with nine digits: ``2026-11-20T08:15:00.123456789Z``."""
    seconds, nanoseconds = divmod(unix_nanoseconds, NANOSECONDS_PER_SECOND)
    return f"{(_EPOCH + timedelta(seconds=seconds)):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z"


def format_milliseconds(unix_milliseconds: int) -> str:
    """Return RFC 3339 in UTC with three digits."""
    seconds, milliseconds = divmod(unix_milliseconds, 1000)
    return f"{(_EPOCH + timedelta(seconds=seconds)):%Y-%m-%dT%H:%M:%S}.{milliseconds:03}Z"
