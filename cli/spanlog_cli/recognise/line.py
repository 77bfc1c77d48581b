"""One line of a log, recognised: JSON first, then a time, then a level."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.json_lines import parse_json_line
from spanlog_cli.recognise.levels import find_level
from spanlog_cli.recognise.severity import Severity
from spanlog_cli.recognise.timestamps import find_time

# Colours that a program wrote for a terminal; they are looked through, and stay in the body.
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# Time and level stand at the start of a line; what is beyond is not looked at.
_HEAD_CHARACTERS: Final = 2048

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class RecognisedLine(NamedTuple):
    """What a line says of itself."""

    body: str
    """The whole line; of a JSON line its message, where it has one."""
    unix_nano: int | None = None
    severity: Severity | None = None
    trace_id: bytes = b""
    span_id: bytes = b""
    attributes: Mapping[str, Any] = _NOTHING
    """Values with JSON's types."""
    is_json: bool = False


def recognise_line(line: str, clock: Clock) -> RecognisedLine:
    """Recognise a line; whatever it is, something is given and nothing raised."""
    parsed = parse_json_line(line, clock)
    if parsed is not None:
        return RecognisedLine(
            line if parsed.message is None else parsed.message,
            parsed.unix_nano,
            parsed.severity,
            parsed.trace_id,
            parsed.span_id,
            parsed.attributes,
            is_json=True,
        )
    head = line[:_HEAD_CHARACTERS]
    head = without_colours(head)
    time = find_time(head, clock)
    if time is None:
        return RecognisedLine(line, None, find_level(head, None, None))
    if time.severity is not None:
        severity: Severity | None = time.severity
    elif time.is_web_access:
        severity = None
    else:
        severity = find_level(head, time.start, time.end)
    return RecognisedLine(line, time.unix_nano, severity)


def without_colours(text: str) -> str:
    """Give the text without what colours it on a terminal."""
    return _COLOURS.sub("", text) if "\x1b" in text else text
