"""Single values as Jaeger's API spells them: ids, whole numbers, truth, times."""

import re
from typing import Final

from spanlog_query_api.identifiers import is_uuid_text
from spanlog_query_api.jaeger.errors import JaegerError, quoted
from spanlog_query_api.times import parse_time

_INTEGER: Final = re.compile(r"[+-]?\d+", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]+", re.ASCII | re.IGNORECASE)
_TRUTHS: Final = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
_MAX_HEX_DIGITS: Final = 32
_SHORT_HEX_DIGITS: Final = 16
_LAST_UNIX_NANO: Final = (2**32 - 1) * 1_000_000_000
"""The engine's index over time counts seconds in 32 bits."""


def parse_integer(text: str, *, bits: int = 64) -> int:
    """Return a whole number.

    Raises:
        ValueError: it is none, or out of range, in the words of Go.
    """
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"strconv.ParseInt: parsing {quoted(text)}: invalid syntax")
    # Long digits are out of range, and costly to read.
    if len(text) > 2 + bits // 3 or not -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1):
        raise ValueError(f"strconv.ParseInt: parsing {quoted(text)}: value out of range")
    return int(text)


def parse_truth(text: str) -> bool:
    """Return what ``text`` says.

    Raises:
        ValueError: it says neither yes nor no, in the words of Go.
    """
    if text not in _TRUTHS:
        raise ValueError(f"strconv.ParseBool: parsing {quoted(text)}: invalid syntax")
    return _TRUTHS[text]


def parse_rfc3339(text: str) -> int:
    """Return a time in nanoseconds since 1970.

    Raises:
        ValueError: it is none.
    """
    return parse_time(text)


def parse_trace_id(text: str) -> str:
    """Return a trace id, up to 32 hex digits, as the store has it. A UUID is taken too: spanlog shows ids so.

    Raises:
        JaegerError: it is none.
    """
    if is_uuid_text(text):
        return text.lower().replace("-", "")
    if len(text) > _MAX_HEX_DIGITS:
        raise JaegerError(400, f"TraceID cannot be longer than 32 hex characters: {text[:100]}")
    if not _HEX.fullmatch(text):
        # Go reads the two halves apart, and names the one that is wrong.
        high, low = text[:-_SHORT_HEX_DIGITS], text[-_SHORT_HEX_DIGITS:]
        wrong = high if high and not _HEX.fullmatch(high) else low
        raise JaegerError(400, f"strconv.ParseUint: parsing {quoted(wrong)}: invalid syntax")
    return text.lower().zfill(_MAX_HEX_DIGITS)


def display_trace_id(trace_id: str) -> str:
    """Return a stored trace id as Jaeger writes it: without its upper half where that is zero."""
    is_short = trace_id.startswith("0" * _SHORT_HEX_DIGITS)
    return trace_id[_SHORT_HEX_DIGITS:] if is_short else trace_id or "0" * _SHORT_HEX_DIGITS


def display_span_id(span_id: str) -> str:
    """Return a stored span id as Jaeger writes it."""
    return span_id or "0" * _SHORT_HEX_DIGITS


def storable_time(unix_nano: int) -> int:
    """Return the nearest time that the engine can be asked for."""
    return max(0, min(unix_nano, _LAST_UNIX_NANO))
