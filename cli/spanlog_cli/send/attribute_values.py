"""JSON's values as OTLP's: ``AnyValue`` with what it cannot hold rendered as text."""

import json
from typing import Any, Final

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

# How deep the store keeps values as values; what is deeper is kept as JSON text.
_MAX_DEPTH: Final = 3
_INT64: Final = range(-(2**63), 2**63)


def key_value(key: str, value: Any) -> KeyValue:
    """Give an attribute."""
    return KeyValue(key=clean_text(key), value=any_value(value))


def any_value(value: Any, depth: int = 0) -> AnyValue:
    """Give a value of JSON's types; integers beyond 64 bits become text."""
    if isinstance(value, str):
        return AnyValue(string_value=clean_text(value))
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value) if value in _INT64 else AnyValue(string_value=str(value))
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if value is None:
        return AnyValue()
    return _container(value, depth)


def clean_text(text: str) -> str:
    """Replace what no UTF-8 text and no table can hold: lone surrogates and NULs (JSON can escape both)."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _container(value: Any, depth: int) -> AnyValue:
    if depth >= _MAX_DEPTH:
        return AnyValue(string_value=clean_text(json.dumps(value, ensure_ascii=False)))
    result = AnyValue()
    if isinstance(value, dict):
        # Set even when it is empty: an empty map is not the same as nothing.
        result.kvlist_value.SetInParent()
        for key, item in value.items():
            result.kvlist_value.values.add(key=clean_text(key), value=any_value(item, depth + 1))
    else:
        result.array_value.SetInParent()
        result.array_value.values.extend(any_value(item, depth + 1) for item in value)
    return result
