"""What stands before the message in every line of a log: time, level, host. Learned from the first lines of a source.

The lines of one log begin alike, so the header is a number of words, and recognising each line's time again would take
longer than everything else that is done with it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from spanlog_cli.recognise.clock import MONTHS, Clock
from spanlog_cli.recognise.severity import of_word
from spanlog_cli.recognise.timestamps import find_time

_HEAD_CHARACTERS: Final = 512
_MIN_SHARE: Final = 0.6
_DIGITS: Final = re.compile(r"\d+")
_NAMES: Final = re.compile(r"\b(?:" + "|".join((*MONTHS, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")) + r")\b")
_AROUND_A_LEVEL: Final = "[](){}<>:|,-\"'"
_LEVEL_KEYS: Final = frozenset({"level", "lvl", "severity", "loglevel", "log_level", "log.level"})
# Of syslog: "host program[pid]: message". The program stays, it says what the message is of.
_PROGRAM: Final = re.compile(r"[\w./()@-]+(?:\[\d+\])?:")


class Header(NamedTuple):
    """How many words stand before the message, and how to tell a line that has them."""

    word_count: int
    time_word: int
    """Which of them the time begins with, from 0."""
    time_looks: frozenset[str]
    """How that word looks, with numbers and names of months and days alike."""

    def message(self, line: str) -> str:
        """Give the line without its header; a line that has none, such as one of a traceback, as it is."""
        words = line.split(None, self.word_count)
        if len(words) < self.word_count or _look(words[self.time_word]) not in self.time_looks:
            return line
        return words[self.word_count] if len(words) > self.word_count else ""


def learn_header(lines: Sequence[str], clock: Clock) -> Header | None:
    """Give the header that most of the lines have; None where they have none, or each another."""
    seen = [found for line in lines if (found := _header_of(line[:_HEAD_CHARACTERS], clock))]
    counts = Counter((header.word_count, header.time_word) for header in seen)
    filled = sum(1 for line in lines if line.strip())
    if not counts:
        return None
    (most, count) = counts.most_common(1)[0]
    if count < _MIN_SHARE * filled:
        return None
    looks = frozenset().union(*(header.time_looks for header in seen if header[:2] == most))
    return Header(*most, looks)


def _header_of(line: str, clock: Clock) -> Header | None:
    time = find_time(line, clock)
    # The request of a web server's line begins before its time.
    if time is None or time.is_web_access:
        return None
    time_word = len(line[: time.start].split())
    if time_word and not line[time.start - 1].isspace():
        # A bracket, or "time=", is of one word with the time.
        time_word -= 1
    rest_start = re.compile(r"\s|$").search(line, time.end)
    before = line[: rest_start.start()] if rest_start else line
    word_count = len(before.split())
    rest = line[len(before) :].split()
    while rest and (_is_level(rest[0]) or not any(map(str.isalnum, rest[0]))):
        word_count += 1
        del rest[0]
    if len(rest) > 1 and _PROGRAM.fullmatch(rest[1]) and not rest[0].endswith(":"):
        word_count += 1
    words = line.split()
    return Header(word_count, time_word, frozenset((_look(words[time_word]),)))


def _is_level(word: str) -> bool:
    key, equals, value = word.rpartition("=")
    if equals and key.lower() not in _LEVEL_KEYS:
        return False
    return of_word(value.strip(_AROUND_A_LEVEL)) is not None


def _look(word: str) -> str:
    return _NAMES.sub("A", _DIGITS.sub("0", word))
