"""Points in time as people give them on a command line: ``24h``, ``7d``, or RFC 3339."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_AGO = re.compile(r"(\d{1,9})\s*(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class PointInTime(click.ParamType[str]):
    """A click type: gives RFC 3339 in UTC, as the query API takes it."""

    name = "AGO|TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Turn the text of an option into RFC 3339."""
        try:
            return rfc3339_of(value, datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def rfc3339_of(text: str, now: datetime) -> str:
    """Give a point in time in UTC, microseconds, with ``Z``.

    Args:
        text: ``90s``, ``30m``, ``24h``, ``7d``, ``2w`` before ``now``, or an RFC 3339 time or date; without a
            zone it means UTC, as everywhere in the query API.
        now: with a zone.

    Raises:
        ValueError: it is neither.
    """
    text = text.strip()
    if ago := _AGO.fullmatch(text.lower()):
        try:
            moment = now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
        except OverflowError:
            raise ValueError(f"{text!r} is too long ago") from None
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                f"{text!r} is neither a period such as 24h or 7d nor a time as 2026-11-20T07:53:01Z"
            ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        raise ValueError(f"{text!r} is out of range") from None
