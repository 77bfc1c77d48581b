"""Any Python value as an OTLP attribute value: whatever a program logs, something readable arrives."""

from __future__ import annotations

import json
from typing import Any

from spanlog import _encode

# An attribute may be a map of maps of scalars. A container further down travels as JSON text, because the
# store's schema is unrolled to this depth and refuses recursion.
_MAX_CONTAINER_DEPTH = 2
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1


def safe_text(value: object) -> str:
    """Give ``str(value)``, or a marked placeholder where that fails."""
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - a program's __str__ may raise anything
        return f"<unprintable {type(value).__name__}: {type(error).__name__}>"


def any_value(value: Any, depth: int = 0) -> bytes:
    """Encode a value as an AnyValue.

    None is OTLP's null; bool, int within 64 bits, float, text and bytes keep their type; lists, tuples and
    dicts become arrays and maps, and JSON text below two levels; everything else is its text.
    """
    try:
        return _encoded(value, depth)
    except Exception as error:  # noqa: BLE001 - subclasses may override anything, containers may change meanwhile
        return _encode.string_value(f"<unprintable {type(value).__name__}: {type(error).__name__}>")


def _encoded(value: Any, depth: int) -> bytes:  # noqa: PLR0911 - one return for each type
    if isinstance(value, str):
        return _encode.string_value(value)
    if isinstance(value, int):
        if isinstance(value, bool):
            return _encode.TRUE if value else _encode.FALSE
        if _SMALLEST_INT <= value <= _LARGEST_INT:
            return _encode.int_value(int.__int__(value))
        return _encode.string_value(safe_text(value))
    if isinstance(value, float):
        return _encode.float_value(value)
    if value is None:
        return _encode.NULL
    if isinstance(value, (bytes, bytearray)):
        return _encode.bytes_value(bytes(value))
    if isinstance(value, (list, tuple, dict)):
        return _container(value, depth)
    return _encode.string_value(safe_text(value))


def _container(value: Any, depth: int) -> bytes:
    if depth >= _MAX_CONTAINER_DEPTH:
        return _encode.string_value(_json_text(value))
    if isinstance(value, dict):
        # Equal texts of different keys (1 and "1") would be two values for one key: the last one stays.
        return _encode.map_value({safe_text(key): any_value(item, depth + 1) for key, item in value.items()})
    return _encode.array_value([any_value(item, depth + 1) for item in value])


def _json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=safe_text)
    except (TypeError, ValueError, RecursionError):
        return safe_text(value)
