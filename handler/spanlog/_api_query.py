"""What stands in the URL of a question: paths with values in them, and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTRIBUTES = "attributes"
"""The parameter that stands for many: ``attributes={"order_id": 42}`` is asked as ``attr.order_id=42``."""


def path_of(template: str, *values: str) -> str:
    """Give ``template`` with a value, quoted, for each ``{}``. Half characters become question marks."""
    return template.format(*(quote(str(value), safe="", errors="replace") for value in values))


def target_of(path: str, query: Mapping[str, object] | None) -> str:
    """Give the path with its query.

    Args:
        path: quoted.
        query: values by name; None is left out, a list is asked several times, times are written as RFC 3339.
    """
    pairs = list(_pairs(query or {}))
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


def _pairs(query: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        if value is None:
            continue
        if name == ATTRIBUTES and isinstance(value, Mapping):
            yield from ((f"attr.{key}", _text(item)) for key, item in value.items())
        elif isinstance(value, list | tuple):
            yield from ((name, _text(item)) for item in value)
        else:
            yield name, _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
