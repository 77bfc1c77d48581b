"""A message's beginning, for lists."""

from typing import Final

MAX_TITLE_CHARACTERS: Final = 200


def first_line(text: str) -> str:
    """Return the first line of ``text`` that is not blank, at most 200 characters; empty when there is none."""
    for line in text.splitlines():
        if line.strip():
            return line.strip()[:MAX_TITLE_CHARACTERS]
    return ""
