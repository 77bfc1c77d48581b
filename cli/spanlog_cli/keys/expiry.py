"""Until when a key is good, as people give it: ``90d`` from now, or RFC 3339."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_AHEAD = re.compile(r"(\d{1,9})\s*(m|h|d|w)")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Expiry(click.ParamType[float]):
    """A click type: gives seconds since 1970."""

    name = "PERIOD|TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Turn the text of an option into a time."""
        try:
            return unix_seconds_of(str(value), datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def unix_seconds_of(text: str, now: datetime) -> float:
    """Give a time to come, in seconds since 1970.

    Args:
        text: ``30m``, ``24h``, ``90d``, ``2w`` after ``now``, or an RFC 3339 time or date; without a zone UTC.
        now: with a zone.

    Raises:
        ValueError: it is neither, or has passed.
    """
    text = text.strip()
    try:
        if ahead := _AHEAD.fullmatch(text.lower()):
            moment = now + timedelta(seconds=int(ahead[1]) * _SECONDS[ahead[2]])
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is too far ahead") from None
    except ValueError:
        raise ValueError(f"{text!r} is neither a period such as 90d nor a time as 2027-01-31T12:00:00Z") from None
    if moment <= now:
        raise ValueError(f"{text!r} has passed")
    return moment.timestamp()
