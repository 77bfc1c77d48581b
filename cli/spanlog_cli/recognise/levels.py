"""Where in a line of a log its level stands.

A level is one of the first few words, or stands after ``level=``. ``[ERROR]`` may be spelled in any case, a
bare ERROR must be in capitals unless it comes first or a colon follows: "no error found" is not an error.
"""

import re
from typing import Final

from spanlog_cli.recognise.severity import WORDS, Severity, of_syslog_priority, of_word

_PRIORITY: Final = re.compile(r"<(\d{1,3})>")
_KEYED: Final = re.compile(
    r"(?:^|[\s{\[(,\"'])(?:level|lvl|severity|loglevel|log_level|log\.level|levelname)\"?\s?[=:]\s?[\"']?([A-Za-z]{3,13})\b",
    re.IGNORECASE,
)
# A bracket with what is in it, or a word with its closing brackets; before it, what stands between fields.
_TOKEN: Final = re.compile(
    r"[\s|:,\-\])>]*(?:(?P<bracket>[\[(<{][^\[\]()<>{}]{0,128}[\])>}])|(?P<word>[^\s\[\](){}|:,/=\"'<>]+)(?P<after>.?))"
)
_TOKENS_AFTER_TIME: Final = 8
_TOKENS_WITHOUT_TIME: Final = 3
_KEYED_CHARACTERS: Final = 1024


def find_level(line: str, time_start: int | None, time_end: int | None) -> Severity | None:
    """Give the level of a line, or None.

    Args:
        line: the line, without terminal colours.
        time_start: where the line's time starts, if it has one.
        time_end: where it ends.
    """
    if (priority := _PRIORITY.match(line)) and (found := of_syslog_priority(int(priority[1]))):
        return found
    keyed = _keyed_level(line)
    found_at = (
        _head_level(line, 0, len(line), _TOKENS_WITHOUT_TIME)
        if time_start is None or time_end is None
        else _head_level(line, 0, time_start, _TOKENS_WITHOUT_TIME)
        or _head_level(line, time_end, len(line), _TOKENS_AFTER_TIME)
    )
    if keyed is None or (found_at is not None and found_at[0] < keyed[0]):
        return found_at[1] if found_at else None
    return keyed[1]


def _keyed_level(line: str) -> tuple[int, Severity] | None:
    for match in _KEYED.finditer(line, 0, _KEYED_CHARACTERS):
        if severity := of_word(match[1]):
            return match.start(1), severity
    return None


def _head_level(line: str, position: int, end: int, token_count: int) -> tuple[int, Severity] | None:
    for index in range(token_count):
        match = _TOKEN.match(line, position, end)
        if match is None:
            return None
        if bracket := match["bracket"]:
            severity = _of_bracket(bracket[1:-1])
        else:
            severity = _of_bare(match["word"], match["after"], is_first=index == 0)
        if severity is not None:
            return match.start("bracket" if bracket else "word"), severity
        position = match.end() if bracket else match.end("word")
    return None


def _of_bracket(content: str) -> Severity | None:
    """``error``, ``info     ``, ``core:error`` (Apache), ``main] [ERROR`` is two brackets and not met here."""
    return WORDS.get(content.strip().rpartition(":")[2].lower())


def _of_bare(word: str, after: str, *, is_first: bool) -> Severity | None:
    severity = WORDS.get(word.lower())
    if severity is None:
        return None
    if word.isupper():
        return severity
    # Short forms and rarer words are also names and ordinary words: only the plain ones pass uncapitalised.
    is_plain = word.lower() in _PLAIN
    return severity if is_plain and (is_first or after == ":") else None


_PLAIN: Final = frozenset({"trace", "debug", "info", "notice", "warn", "warning", "error", "fatal", "critical"})
