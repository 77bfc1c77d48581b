"""The log API's five levels, and what they are in OTLP (REFERENCE: OTLP severities)."""

from typing import Final, Literal

Level = Literal["debug", "info", "warn", "error", "critical"]

LEVELS: Final[tuple[Level, ...]] = ("debug", "info", "warn", "error", "critical")

SEVERITIES: Final[dict[Level, tuple[int, str]]] = {
    "debug": (5, "DEBUG"),
    "info": (9, "INFO"),
    "warn": (13, "WARN"),
    "error": (17, "ERROR"),
    "critical": (21, "FATAL"),
}

_OTHER_SPELLINGS: Final = {"warning": "warn", "fatal": "critical"}


def normalise_level(value: object) -> object:
    """Return a level's name as the API spells it; what is no level is left for the check that follows."""
    if not isinstance(value, str):
        return value
    lower = value.lower()
    return _OTHER_SPELLINGS.get(lower, lower)
