"""Text of unknown origin, made safe for a terminal: what could move the cursor or reorder the line is shown escaped."""

import re
from typing import Final

# C0 and C1 controls with DEL, the marks that change the writing direction (they can make a line read as
# something else), line and paragraph separators, and lone surrogates, which no terminal can be sent.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def one_line(text: str, max_characters: int | None = None) -> str:
    """Give the text on one line, controls escaped, cut with an ellipsis after so many characters."""
    if max_characters is not None and len(text) > max_characters:
        text = text[: max_characters - 1] + "…"
    return _UNSAFE.sub(_escaped, text)


def lines(text: str) -> list[str]:
    """Give the text's lines, each made safe; tabs become spaces."""
    return [one_line(line) for line in text.expandtabs(4).replace("\r\n", "\n").split("\n")]


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if short := _SHORT.get(character):
        return short
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - two hex digits hold it
