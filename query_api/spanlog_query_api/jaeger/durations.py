"""Go's spelling of durations, ``1h2m3.5s``: what Jaeger's clients send, and what its warnings say.

Rules: time.ParseDuration and time.Duration.String of Go's library.
"""

import re
from decimal import Decimal
from typing import Final

from spanlog_query_api.jaeger.errors import quoted

_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # micro sign
    "\u03bcs": 1_000,  # Greek mu
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60 * 1_000_000_000,
    "h": 3600 * 1_000_000_000,
}
_PART: Final = re.compile(r"(\d*)(\.?)(\d*)([^\d.]*)", re.ASCII)
_MAX_NANOSECONDS: Final = 2**63 - 1


def parse_duration(text: str) -> int:
    """Return a duration in nanoseconds.

    Raises:
        ValueError: it is none, in the words of Go.
    """
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    if not rest:
        raise ValueError(f"time: invalid duration {quoted(text)}")
    total = Decimal(0)
    position = 0
    while position < len(rest):
        match = _PART.match(rest, position)
        if match is None or not (match[1] or match[3]):
            raise ValueError(f"time: invalid duration {quoted(text)}")
        if not match[4]:
            raise ValueError(f"time: missing unit in duration {quoted(text)}")
        if match[4] not in _UNITS:
            raise ValueError(f"time: unknown unit {quoted(match[4])} in duration {quoted(text)}")
        total += Decimal(f"{match[1] or '0'}.{match[3] or '0'}") * _UNITS[match[4]]
        position = match.end()
        if total > _MAX_NANOSECONDS:
            raise ValueError(f"time: invalid duration {quoted(text)}")
    return sign * int(total)


def format_duration(nanoseconds: int) -> str:
    """Return a duration as Go prints it: ``1m0.5s``, ``1.5ms``, ``0s``."""
    if nanoseconds == 0:
        return "0s"
    sign, rest = ("-" if nanoseconds < 0 else ""), abs(nanoseconds)
    if rest < _UNITS["s"]:
        unit = next(name for name in ("ms", "\u00b5s", "ns") if rest >= _UNITS[name])
        return f"{sign}{_decimal(rest, _UNITS[unit])}{unit}"
    hours, rest = divmod(rest, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    text = f"{_decimal(rest, _UNITS['s'])}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    if hours:
        text = f"{hours}h{text}"
    return sign + text


def _decimal(value: int, unit: int) -> str:
    whole, fraction = divmod(value, unit)
    digits = str(fraction).zfill(len(str(unit)) - 1).rstrip("0") if fraction else ""
    return f"{whole}.{digits}" if digits else str(whole)
