"""Patterns for people: a line for each, and one of its messages below it. Plain text, so that no extra is needed."""

import shutil
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import click

from spanlog_cli.terminal_text import one_line

_MIN_TEXT_CHARACTERS: Final = 20


class Row(NamedTuple):
    """One pattern."""

    cells: Sequence[str]
    """What stands before the pattern, such as its count."""
    template: str
    example: str


def print_table(titles: Sequence[str], rows: Iterable[Row]) -> None:
    """Print the rows, each column as wide as its widest cell, texts cut to the terminal's width.

    Args:
        titles: Of the cells.
        rows: What to print.
    """
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(titles, *(row.cells for row in rows), strict=True)]
    indent = sum(width + 2 for width in widths)
    room = max(_MIN_TEXT_CHARACTERS, shutil.get_terminal_size().columns - indent)
    click.echo(_aligned(titles, widths) + "pattern, example")
    for row in rows:
        click.echo(_aligned(row.cells, widths) + (one_line(row.template, room) or "(blank)"))
        if row.example.strip() and row.example != row.template:
            click.echo(" " * indent + click.style(one_line(" ".join(row.example.split()), room), dim=True))


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"{cell:>{width}}  " for cell, width in zip(cells, widths, strict=True))
