"""Any Python value as an OTLP attribute value: whatever a program logs, something readable arrives."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from spanlog import _encode
from spanlog._cut import cut_text, is_longer

# An attribute may be a map of maps of scalars. A container further down travels as JSON text, because the
# store's schema is unrolled to this depth and refuses recursion.
_MAX_CONTAINER_DEPTH = 2
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
# What an item of a container takes beside its text, about: a list of a million numbers is large too.
_ITEM_BYTES = 8


class Room:
    """How large one value may become, all of its parts together.

    Attributes:
        left_bytes: how much is left.
        is_cut: whether something did not fit.
    """

    __slots__ = ("is_cut", "left_bytes")

    def __init__(self, max_bytes: int) -> None:
        self.left_bytes = max_bytes
        self.is_cut = False

    def text(self, text: str) -> str:
        """Give as much of a text as there is room for."""
        if is_longer(text, max(0, self.left_bytes)):
            self.is_cut = True
            text = cut_text(text, max(0, self.left_bytes))
        self.left_bytes -= len(text) + _ITEM_BYTES
        return text


def safe_text(value: object) -> str:
    """Give ``str(value)``, or a marked placeholder where that fails."""
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - a program's __str__ may raise anything
        return f"<unprintable {type(value).__name__}: {type(error).__name__}>"


_JSON = json.JSONEncoder(ensure_ascii=False, default=safe_text)


def any_value(value: Any, room: Room | None = None, depth: int = 0) -> bytes:
    """Encode a value as an AnyValue.

    None is OTLP's null; bool, int within 64 bits, float, text and bytes keep their type; lists, tuples and
    dicts become arrays and maps, and JSON text below two levels; everything else is its text. What there is no
    room for is left out, and marked in its place.
    """
    if room is None:
        room = Room(_LARGEST_INT)
    try:
        return _encoded(value, room, depth)
    except Exception as error:  # noqa: BLE001 - subclasses may override anything, containers may change meanwhile
        return _encode.string_value(f"<unprintable {type(value).__name__}: {type(error).__name__}>")


def _encoded(value: Any, room: Room, depth: int) -> bytes:  # noqa: PLR0911 - one return for each type
    if isinstance(value, str):
        return _encode.string_value(room.text(value))
    if isinstance(value, int):
        room.left_bytes -= _ITEM_BYTES
        if isinstance(value, bool):
            return _encode.TRUE if value else _encode.FALSE
        if _SMALLEST_INT <= value <= _LARGEST_INT:
            return _encode.int_value(int.__int__(value))
        return _encode.string_value(room.text(safe_text(value)))
    if isinstance(value, float):
        room.left_bytes -= _ITEM_BYTES
        return _encode.float_value(value)
    if value is None:
        room.left_bytes -= _ITEM_BYTES
        return _encode.NULL
    if isinstance(value, (bytes, bytearray)):
        return _bytes(value, room)
    if isinstance(value, (list, tuple, dict)):
        return _container(value, room, depth)
    return _encode.string_value(room.text(safe_text(value)))


def _bytes(value: bytes | bytearray, room: Room) -> bytes:
    if len(value) > max(0, room.left_bytes):
        room.is_cut = True
        value = value[: max(0, room.left_bytes)]
    room.left_bytes -= len(value) + _ITEM_BYTES
    return _encode.bytes_value(bytes(value))


def _container(value: Any, room: Room, depth: int) -> bytes:
    if depth >= _MAX_CONTAINER_DEPTH:
        return _encode.string_value(room.text(_json_text(value, room)))
    if isinstance(value, dict):
        # Equal texts of different keys (1 and "1") would be two values for one key: the last one stays.
        encoded: dict[str, bytes] = {}
        for key, item in value.items():
            if room.left_bytes <= 0:
                room.is_cut = True
                encoded["…"] = _encode.string_value(f"[{len(value) - len(encoded)} items cut]")
                break
            encoded[room.text(safe_text(key))] = any_value(item, room, depth + 1)
        return _encode.map_value(encoded)
    items: list[bytes] = []
    for item in value:
        if room.left_bytes <= 0:
            room.is_cut = True
            items.append(_encode.string_value(f"… [{len(value) - len(items)} items cut]"))
            break
        items.append(any_value(item, room, depth + 1))
    return _encode.array_value(items)


def _json_text(value: object, room: Room) -> str:
    try:
        # Piece by piece, so that not all of something huge is rendered only to be cut. No piece is empty.
        return "".join(islice(_JSON.iterencode(value), max(0, room.left_bytes) + 1))
    except (TypeError, ValueError, RecursionError):
        return safe_text(value)
