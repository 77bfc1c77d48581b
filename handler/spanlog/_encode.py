"""OTLP log messages written by hand: pure functions from plain values to protobuf bytes.

Cost is the reason to choose spanlog, and building the official message objects costs several times what
joining bytes does. What is written here is pinned to ``opentelemetry-proto`` by differential tests
(tests/handler/test_encode.py). Field numbers: opentelemetry-proto 1.11, logs.proto and common.proto.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SMALL_LIMIT = 2048


def _long_varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits to a byte is what a varint is
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


_SMALL_VARINTS = tuple(_long_varint(number) for number in range(_SMALL_LIMIT))

# Tags: field number << 3 | wire type, of the message named.
_TIMES = struct.Struct("<BQBQ").pack  # LogRecord.time_unix_nano (1), observed_time_unix_nano (11)
_TIME_TAG, _OBSERVED_TAG = 0x09, 0x59
_DOUBLE = struct.Struct("<d").pack
_FLAGS = struct.Struct("<BI").pack  # LogRecord.flags (8), fixed32
_FLAGS_TAG = 0x45
_SIGNED_BITS = 64
_SIGNED_MASK = (1 << _SIGNED_BITS) - 1

TRUE = b"\x10\x01"  # AnyValue.bool_value (2)
FALSE = b"\x10\x00"
NULL = b""  # an AnyValue with nothing set is OTLP's null


def varint(number: int) -> bytes:
    """Encode a number that is not negative."""
    return _SMALL_VARINTS[number] if number < _SMALL_LIMIT else _long_varint(number)


def framed(tag: bytes, content: bytes) -> bytes:
    """Put tag and length before a length-delimited field."""
    return tag + varint(len(content)) + content


def utf8(text: str) -> bytes:
    """Encode text; surrogates become the character they stand for in pairs, and U+FFFD alone."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def string_value(text: str) -> bytes:
    """AnyValue.string_value (1)."""
    return framed(b"\x0a", utf8(text))


def int_value(number: int) -> bytes:
    """AnyValue.int_value (3). The number fits into 64 signed bits."""
    return b"\x18" + varint(number & _SIGNED_MASK)


def float_value(number: float) -> bytes:
    """AnyValue.double_value (4)."""
    return b"\x21" + _DOUBLE(number)


def bytes_value(content: bytes) -> bytes:
    """AnyValue.bytes_value (7)."""
    return framed(b"\x3a", content)


def array_value(values: Iterable[bytes]) -> bytes:
    """AnyValue.array_value (5) of encoded AnyValues."""
    return framed(b"\x2a", b"".join([framed(b"\x0a", value) for value in values]))


def map_value(values: Mapping[str, bytes]) -> bytes:
    """AnyValue.kvlist_value (6) of encoded AnyValues by key."""
    return framed(b"\x32", b"".join([framed(b"\x0a", key_value(key, value)) for key, value in values.items()]))


_MAX_CACHED_KEYS = 4_096
_MAX_CACHED_KEY_CHARACTERS = 64
_keys: dict[str, bytes] = {}


def _key(key: str) -> bytes:
    """KeyValue.key (1). A program has few keys and uses them again and again."""
    encoded = _keys.get(key)
    if encoded is None:
        encoded = framed(b"\x0a", utf8(key))
        if len(key) <= _MAX_CACHED_KEY_CHARACTERS:
            if len(_keys) >= _MAX_CACHED_KEYS:
                _keys.clear()
            _keys[key] = encoded
    return encoded


def key_value(key: str, value: bytes) -> bytes:
    """KeyValue: key (1), value (2) as an encoded AnyValue."""
    return _key(key) + framed(b"\x12", value)


def attribute(key: str, value: bytes) -> bytes:
    """LogRecord.attributes (6): one attribute with an encoded AnyValue, tag included."""
    return framed(b"\x32", key_value(key, value))


def times(time_unix_nano: int, observed_time_unix_nano: int) -> bytes:
    """LogRecord.time_unix_nano (1) and observed_time_unix_nano (11)."""
    return _TIMES(_TIME_TAG, time_unix_nano, _OBSERVED_TAG, observed_time_unix_nano)


def severity(number: int, text: str) -> bytes:
    """LogRecord.severity_number (2) and severity_text (3)."""
    return b"\x10" + varint(number) + framed(b"\x1a", utf8(text))


def body(text: str) -> bytes:
    """LogRecord.body (5) as a text."""
    return framed(b"\x2a", string_value(text))


def trace_context(trace_id: bytes, span_id: bytes, flags: int) -> bytes:
    """LogRecord.flags (8), trace_id (9) and span_id (10); an empty id is left out."""
    encoded = _FLAGS(_FLAGS_TAG, flags) if flags else b""
    if trace_id:
        encoded += framed(b"\x4a", trace_id)
    if span_id:
        encoded += framed(b"\x52", span_id)
    return encoded


def resource(attributes: Mapping[str, bytes]) -> bytes:
    """ResourceLogs.resource (1), tag included, of encoded AnyValues by key."""
    encoded = [framed(b"\x0a", key_value(key, value)) for key, value in attributes.items()]
    return framed(b"\x0a", b"".join(encoded))


def request(encoded_resource: bytes, records_by_scope: Mapping[str, list[bytes]]) -> bytes:
    """ExportLogsServiceRequest: one resource, one ScopeLogs for each scope name.

    Args:
        encoded_resource: what ``resource`` gave.
        records_by_scope: encoded LogRecords by logger name.
    """
    scopes = []
    for name, records in records_by_scope.items():
        scope = framed(b"\x0a", framed(b"\x0a", utf8(name)) if name else b"")
        scopes.append(framed(b"\x12", scope + b"".join([framed(b"\x12", record) for record in records])))
    return framed(b"\x0a", encoded_resource + b"".join(scopes))
