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


_SMALL_VARINTS = tuple([_long_varint(number) for number in range(_SMALL_LIMIT)])

# Tags: field number << 3 | wire type, of the message named.
TIMES = struct.Struct("<BQBQ").pack  # LogRecord.time_unix_nano (1), observed_time_unix_nano (11)
TIME_TAG, OBSERVED_TAG = 0x09, 0x59
_DOUBLE = struct.Struct("<d").pack
_FLAGS = struct.Struct("<BI").pack  # LogRecord.flags (8), fixed32
_FLAGS_TAG = 0x45
_SIGNED_BITS = 64
_SIGNED_MASK = (1 << _SIGNED_BITS) - 1

TRUE = b"\x10\x01"  # AnyValue.bool_value (2)
FALSE = b"\x10\x00"
NULL = b""  # an AnyValue with nothing set is OTLP's null


SHORT_BYTES = 1_024
"""What stands before a text is looked up by the text's length in bytes, up to this; beyond it is computed."""


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


def text_attribute_header(key: str, length: int) -> bytes:
    """Give what stands before the text of an attribute of so many bytes."""
    encoded_key = _key(key)
    value = b"\x0a" + varint(length)
    value = b"\x12" + varint(len(value) + length) + value
    return b"\x32" + varint(len(encoded_key) + len(value) + length) + encoded_key + value


def times(time_unix_nano: int, observed_time_unix_nano: int) -> bytes:
    """LogRecord.time_unix_nano (1) and observed_time_unix_nano (11)."""
    return TIMES(TIME_TAG, time_unix_nano, OBSERVED_TAG, observed_time_unix_nano)


def severity(number: int, text: str) -> bytes:
    """LogRecord.severity_number (2) and severity_text (3)."""
    return b"\x10" + varint(number) + framed(b"\x1a", utf8(text))


def body(text: str) -> bytes:
    """LogRecord.body (5) as a text."""
    return framed(b"\x2a", string_value(text))


def body_header(length: int) -> bytes:
    """Give what stands before the text of a body of so many bytes."""
    header = b"\x0a" + varint(length)
    return b"\x2a" + varint(len(header) + length) + header


BODY_HEADERS = tuple([body_header(length) for length in range(SHORT_BYTES)])
"""By the length of the text."""


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


RECORD_TAG = b"\x12"
"""ScopeLogs.log_records (2); the length and the record follow."""


class Pieces:
    """The LogRecords of one scope, each with ``RECORD_TAG`` and its length, cut into pieces in any way.

    Attributes:
        pieces: in their order.
        size_bytes: of all of them.
    """

    __slots__ = ("pieces", "size_bytes")

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size_bytes = 0

    def add(self, piece: bytes) -> None:
        """Append a piece."""
        self.pieces.append(piece)
        self.size_bytes += len(piece)


def request(encoded_resource: bytes, records_by_scope: Mapping[str, Iterable[bytes]]) -> bytes:
    """ExportLogsServiceRequest: one resource, one ScopeLogs for each scope name.

    Args:
        encoded_resource: what ``resource`` gave.
        records_by_scope: encoded LogRecords by logger name.
    """
    pieces_by_scope: dict[str, Pieces] = {}
    for name, records in records_by_scope.items():
        pieces = pieces_by_scope[name] = Pieces()
        for record in records:
            pieces.add(framed(RECORD_TAG, record))
    return request_of_pieces(encoded_resource, pieces_by_scope)


def request_of_pieces(encoded_resource: bytes, pieces_by_scope: Mapping[str, Pieces]) -> bytes:
    """Give a request as ``request`` does, of records that are in pieces.

    They are joined once: a request is large enough for every copy of it to be new memory from the system.
    """
    parts: list[bytes] = []
    size_bytes = len(encoded_resource)
    for name, records in pieces_by_scope.items():
        scope = framed(b"\x0a", framed(b"\x0a", utf8(name)) if name else b"")
        header = b"\x12" + varint(len(scope) + records.size_bytes) + scope
        size_bytes += len(header) + records.size_bytes
        parts.append(header)
        parts += records.pieces
    return b"".join([b"\x0a" + varint(size_bytes) + encoded_resource, *parts])
