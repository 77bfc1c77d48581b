"""A mistake in a query, shown under the place where it is."""

import shutil
import unicodedata
from typing import Final

import click

from spanlog_cli.exceptions import ApiError
from spanlog_cli.terminal_text import one_line

_INDENT: Final = "  "
_CUT: Final = "…"


class QueryMistakeError(ApiError):
    """The query is not in the language: the message, and below it the query with a caret at ``position``."""

    def __init__(self, message: str, query: str, position: int) -> None:
        super().__init__(message, 422)
        self.query = query
        self.position = position

    def lines_below(self) -> list[str]:
        """Give the query and the caret, cut so that they fit the terminal."""
        columns = max(20, shutil.get_terminal_size().columns - len(_INDENT) - 1)
        return [_INDENT + line for line in pointed(self.query, self.position, columns)]


def pointed(query: str, position: int, columns: int) -> tuple[str, str]:
    """Give one line of ``query`` and one with a caret under the character at ``position``.

    Args:
        query: as it was asked.
        position: in characters from 0; where the query ends, for what is missing there.
        columns: of the terminal; a longer query is cut around the position.
    """
    shown = [one_line(character) for character in query]
    position = min(max(position, 0), len(shown))
    start = 0
    before = sum(map(_columns, shown[:position]))
    while before > columns * 2 // 3:
        before -= _columns(shown[start])
        start += 1
    line = _CUT if start else ""
    caret = before + len(line)
    for character in shown[start:]:
        if _columns(line) + _columns(character) > columns - 1:
            line += _CUT
            break
        line += character
    return line, " " * caret + click.style("^", fg="red", bold=True)


def _columns(text: str) -> int:
    """Give how wide a terminal shows ``text``."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
