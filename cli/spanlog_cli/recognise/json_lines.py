"""A line that is one JSON object: which of its keys are time, level and message; the rest are attributes."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from spanlog_cli.recognise.clock import Clock, unix_nano_of_epoch
from spanlog_cli.recognise.severity import Severity, of_number, of_word
from spanlog_cli.recognise.timestamps import time_of_text

# In the order they are looked for: the first that holds something usable wins.
_TIME_KEYS: Final = (
    "time",
    "timestamp",
    "ts",
    "@timestamp",
    "@t",
    "datetime",
    "asctime",
    "date",
    "t",
    "__REALTIME_TIMESTAMP",
)
_LEVEL_KEYS: Final = ("level", "severity", "lvl", "levelname", "log.level", "loglevel", "log_level", "@l", "PRIORITY")
_MESSAGE_KEYS: Final = ("message", "msg", "event", "log", "short_message", "MESSAGE", "@m", "text")
_TRACE_ID_KEYS: Final = ("trace_id", "traceId", "trace.id", "traceid")
_SPAN_ID_KEYS: Final = ("span_id", "spanId", "span.id", "spanid")
_PYTHON_LEVEL_KEY: Final = "levelno"
_PYTHON_NUMBERS: Final = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical"}

_TRACE_ID: Final = re.compile(r"(?!0{32})[0-9a-fA-F]{32}")
_SPAN_ID: Final = re.compile(r"(?!0{16})[0-9a-fA-F]{16}")


class JsonLine(NamedTuple):
    """What a JSON object says, as the parts of a record."""

    message: str | None
    """None where no key is known as the message."""
    unix_nano: int | None
    severity: Severity | None
    trace_id: bytes
    """16 bytes, or none."""
    span_id: bytes
    """8 bytes, or none."""
    attributes: Mapping[str, Any]
    """The other keys, in their order, with JSON's types."""


def parse_json_line(line: str, clock: Clock) -> JsonLine | None:
    """Read a line that is one JSON object; None for any other line."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    unix_nano = _taken(content, _TIME_KEYS, lambda value: _time_of(value, clock))
    severity = _taken(content, _LEVEL_KEYS, _severity_of)
    if severity is None and content.get(_PYTHON_LEVEL_KEY) in _PYTHON_NUMBERS:
        severity = of_word(_PYTHON_NUMBERS[content[_PYTHON_LEVEL_KEY]])
    message = _taken(content, _MESSAGE_KEYS, _message_of)
    trace_id = _taken(content, _TRACE_ID_KEYS, lambda value: _id_of(value, _TRACE_ID)) or b""
    # A span without its trace says nothing: it stays an attribute.
    span_id = (_taken(content, _SPAN_ID_KEYS, lambda value: _id_of(value, _SPAN_ID)) or b"") if trace_id else b""
    return JsonLine(message, unix_nano, severity, trace_id, span_id, content)


def _taken(content: dict[str, Any], keys: tuple[str, ...], read: Any) -> Any:
    """Take the first key whose value can be read out of the object, and give what was read."""
    for key in keys:
        if key in content and (value := read(content[key])) is not None:
            del content[key]
            return value
    return None


def _time_of(value: Any, clock: Clock) -> int | None:
    if isinstance(value, str):
        return time_of_text(value, clock)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A float holds microseconds of our time, and no more digits than that.
    return unix_nano_of_epoch(f"{value:.6f}" if isinstance(value, float) else str(value)[:40])


def _severity_of(value: Any) -> Severity | None:
    if isinstance(value, str):
        text = value.strip()
        return of_number(int(text)) if text.isascii() and text.isdigit() and len(text) <= 2 else of_word(text)  # noqa: PLR2004
    return of_number(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _message_of(value: Any) -> str | None:
    return value.rstrip("\r\n") if isinstance(value, str) else None


def _id_of(value: Any, pattern: re.Pattern[str]) -> bytes | None:
    return bytes.fromhex(value) if isinstance(value, str) and pattern.fullmatch(value) else None
