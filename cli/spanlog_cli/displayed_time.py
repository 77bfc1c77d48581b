"""Times and durations as people are shown them: always UTC, as the API and its other readers have them."""

from datetime import UTC, datetime
from typing import Any, Final

_MILLISECONDS_PER_SECOND: Final = 1000
_MILLISECONDS_PER_MINUTE: Final = 60_000


def moment(value: Any) -> datetime | None:
    """Read an RFC 3339 time of the API; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def date_and_time(value: Any) -> str:
    """``2026-11-20 07:53:01``; empty for what is no time."""
    parsed = moment(value)
    return f"{parsed:%Y-%m-%d %H:%M:%S}" if parsed else ""


def date_and_milliseconds(value: Any) -> str:
    """``2026-11-20 07:53:01.123``; empty for what is no time."""
    parsed = moment(value)
    return f"{parsed:%Y-%m-%d %H:%M:%S}.{parsed.microsecond // 1000:03d}" if parsed else ""


def time_of_day(value: Any) -> str:
    """``07:53:01.123``; empty for what is no time."""
    return date_and_milliseconds(value)[11:]


def duration(milliseconds: Any) -> str:
    """``0.12 ms``, ``230 ms``, ``1.25 s``, ``2 min 5 s``; empty for what is no number."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return ""
    if milliseconds < 10:  # noqa: PLR2004 - where decimals stop being of interest
        return f"{milliseconds:.2f} ms"
    if milliseconds < _MILLISECONDS_PER_SECOND:
        return f"{milliseconds:.0f} ms"
    if milliseconds < _MILLISECONDS_PER_MINUTE:
        return f"{milliseconds / _MILLISECONDS_PER_SECOND:.2f} s"
    minutes, rest = divmod(milliseconds, _MILLISECONDS_PER_MINUTE)
    return f"{minutes:.0f} min {rest / _MILLISECONDS_PER_SECOND:.0f} s"
