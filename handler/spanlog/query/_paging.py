"""One item after the other, out of pages that end in a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Item = TypeVar("Item")
Page = tuple[list[Item], "str | None"]
"""The items, and the cursor of the page after; None on the last."""

MAX_PAGE = 1000
"""Items on a page: the most that the API gives."""


def paged(ask: Callable[[int, str], Page[Item]], limit: int | None) -> Iterator[Item]:
    """Yield what ``ask`` gives for a size and a cursor, until there is no page, or ``limit`` is reached."""
    cursor: str | None = ""
    while cursor is not None and (limit is None or limit > 0):
        items, cursor = ask(MAX_PAGE if limit is None else min(limit, MAX_PAGE), cursor)
        yield from items
        if limit is not None:
            limit -= len(items)
