"""Lengths of time as people write them: ``1.5s``, ``250ms``, and a bare number, which is milliseconds."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

DURATION_FORMS: Final = "`250ms`, `1.5s`, `2m`, `1h`, `10us`, `500ns`; a number alone is milliseconds"

_UNITS_NANOSECONDS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "": 1_000_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_DURATION: Final = re.compile(r"(\d{1,19})(?:\.(\d{1,9}))?(ns|us|µs|ms|s|m|h|)", re.ASCII)
_MAX_NANOSECONDS: Final = 2**63 - 1


def parse_duration(text: object) -> int:
    """Return ``text`` in nanoseconds; what is less than one is cut off.

    Raises:
        ValueError: it is no length of time, or longer than the engine can hold.
    """
    match = _DURATION.fullmatch(str(text).strip())
    if match is None:
        raise ValueError(f"not a length of time: write {DURATION_FORMS}")
    whole, fraction, unit = match.groups()
    factor = _UNITS_NANOSECONDS[unit]
    nanoseconds = int(whole) * factor + int((fraction or "").ljust(9, "0")) * factor // 1_000_000_000
    if nanoseconds > _MAX_NANOSECONDS:
        raise ValueError("longer than can be stored")
    return nanoseconds


Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?(ns|us|µs|ms|s|m|h)?$", "examples": ["1.5s", "250"]}),
]
