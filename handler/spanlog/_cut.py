"""Values that are too large are cut, and marked: in the text itself, and by ``spanlog.truncated`` on the record.

A secret that a cut goes through would no longer look like one, and pass redaction. So what may be the first part of
something is cut away as well: letters and digits back to the last space, and the groups of digits before it.
"""

from __future__ import annotations

TRUNCATED_ATTRIBUTE = "spanlog.truncated"

MAX_VALUE_BYTES = 256 * 1024
"""How large a message, an attribute or a stack may be, unless a program says otherwise."""

# A token that is longer than this has been cut somewhere in its middle: half of it is still a token to redaction.
_LONGEST_WORD = 1_024
_MOST_BYTES_PER_CHARACTER = 4


def is_longer(text: str, max_bytes: int) -> bool:
    """Whether a text is larger than it may be, in UTF-8."""
    if len(text) * _MOST_BYTES_PER_CHARACTER <= max_bytes:
        return False
    return len(text) > max_bytes or (not text.isascii() and len(text.encode(errors="replace")) > max_bytes)


def cut_text(text: str, max_bytes: int) -> str:
    """Give the beginning of a text, in about ``max_bytes`` of UTF-8, and how much was left out."""
    head = _without_last_word(_first_bytes(text, max_bytes))
    return f"{head}… [{len(text) - len(head)} characters cut]"


def cut_middle(text: str, max_bytes: int) -> str:
    """Give beginning and end of a text whose last lines say the most, such as a stack."""
    head = _without_last_word(_first_bytes(text, max_bytes // 2))
    tail = _first_bytes(text[: -max_bytes // 2 : -1], max_bytes // 2)[::-1]
    # From the beginning of a line: before it may stand the second part of a word.
    tail = tail.partition("\n")[2]
    return f"{head}… [{len(text) - len(head) - len(tail)} characters cut]\n{tail}"


def _first_bytes(text: str, max_bytes: int) -> str:
    return text[:max_bytes].encode(errors="replace")[:max_bytes].decode(errors="ignore")


def _without_last_word(head: str) -> str:
    for length in range(1, min(_LONGEST_WORD, len(head)) + 1):
        if head[-length].isspace():
            return head[:-length].rstrip("0123456789 -")
    return head[:-_LONGEST_WORD]
