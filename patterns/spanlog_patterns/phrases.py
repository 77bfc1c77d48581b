"""What varies over several words, masked: sizes, durations, dates, lists. Done once for each shape."""

import re
from typing import Final

from spanlog_patterns.marks import JOINT, STAR
from spanlog_patterns.words import MONTHS

Tokens = tuple[str, ...]
"""A shape's tokens; one that follows white space begins with a space."""

# "<1 sec" is a duration as "00:01" is.
_DURATION: Final = re.compile(
    rf"(?:<{JOINT})?{STAR} ?"
    r"(?:(?:milli|micro|nano)?seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|ms|us|ns|s|m|h)(?![A-Za-z])"
)
# "1293 bytes (1.26 KB)" says one thing twice.
_SIZE: Final = re.compile(
    rf"{STAR} ?(?:bytes?|[KMGTPk]?i?B|[kmg]b|%)(?![A-Za-z])(?: \({JOINT}{STAR}(?: ?[KMGT]?i?B)?{JOINT}\))?"
)
_DATE: Final = re.compile(rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:{MONTHS}) {STAR}(?: {STAR})*")
# After an equals sign stands a value, of however many words, unless it is what the message says. Nothing is a value
# too, and so is an object's name.
_SAYINGS: Final = ("msg", "message", "event", "error", "err", "reason", "detail", "description", "text")
_QUOTED_VALUE: Final = re.compile(
    "".join(rf"(?<!\b{key}{JOINT}=)" for key in _SAYINGS) + rf"(?<==){JOINT}\"{JOINT}[^\"]*{JOINT}\""
)
_OBJECT_VALUE: Final = re.compile(rf"(?<==)( ?{JOINT}?)(?:null|[A-Z]\w*{JOINT}\{{{JOINT}{STAR}{JOINT}\}}(?={JOINT}|$))")
_LIST: Final = re.compile(
    rf"{STAR}(?:(?: |{JOINT}[,;]{JOINT}? |[:/|.-]){STAR})+|{STAR}(?:{JOINT}[,;:|]{JOINT}{STAR}){{2,}}"
)
_LONGEST_REPEAT_TOKENS: Final = 4


def tokens_of(shape: str) -> Tokens:
    """Return the tokens of a shape, with phrases that vary masked and lists of whatever length as one item."""
    shape = _DURATION.sub(STAR, shape)
    shape = _SIZE.sub(STAR, shape)
    shape = _DATE.sub(STAR, shape)
    shape = _QUOTED_VALUE.sub(f"{JOINT}{STAR}", shape)
    shape = _OBJECT_VALUE.sub(rf"\1{STAR}", shape)
    shape = _LIST.sub(STAR, shape)
    tokens: list[str] = []
    for word in shape.split(" "):
        first, *rest = word.split(JOINT)
        tokens.append(f" {first}")
        tokens.extend(rest)
    return _without_repeats(tokens)


def _without_repeats(tokens: list[str]) -> Tokens:
    """Write what is said several times in a row, with other numbers, once: ``blk_<*> blk_<*> blk_<*>``."""
    for length in range(1, _LONGEST_REPEAT_TOKENS + 1):
        kept: list[str] = []
        bare = [token.strip() for token in tokens]
        start = 0
        while start < len(tokens):
            item = bare[start : start + length]
            end = start + length
            if STAR in "".join(item):
                while bare[end : end + length] == item:
                    end += length
            if end > start + length:
                kept.extend(tokens[start : start + length])
                start = end
            else:
                kept.append(tokens[start])
                start += 1
        tokens = kept
    return tuple(tokens)
