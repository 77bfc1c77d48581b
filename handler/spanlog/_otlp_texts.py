"""The texts within an encoded OTLP ``LogRecord``: found and replaced without decoding anything else.

The official classes would do it too, but importing them takes longer than all of spanlog, and it would have to
happen in the background thread, where a fork of the program meanwhile leaves the import unfinished for ever in
the child. What is rewritten here is pinned to them by differential tests (tests/handler/test_otlp_texts.py).
Fields that are not texts, unknown ones included, are copied as they are.
Field numbers: opentelemetry-proto 1.11, logs.proto and common.proto.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from spanlog import _encode

if TYPE_CHECKING:
    from collections.abc import Collection

_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_CONTINUES = 0x80  # the bit of a varint's byte that says that another follows
_MAX_VARINT_BYTES = 10
_SIGN_BIT = 1 << 63

# Field number << 3 | wire type, of the message named.
_BODY, _ATTRIBUTES = 0x2A, 0x32  # LogRecord (5), (6)
_KEY, _VALUE = 0x0A, 0x12  # KeyValue (1), (2)
_STRING, _BOOL, _INT, _ARRAY, _MAP, _BYTES = 0x0A, 0x10, 0x18, 0x2A, 0x32, 0x3A  # AnyValue
_ITEM = 0x0A  # ArrayValue.values, KeyValueList.values (1)


class TextRules(NamedTuple):
    """What becomes of the values in a record."""

    text: Callable[[bytes], bytes]
    """Gives a text's replacement, in UTF-8; also for values of bytes."""
    name: Callable[[bytes], bytes]
    """Likewise for the names of attributes and of a map's entries: one that is made of data can hold a secret."""
    is_secret_name: Callable[[str], bool]
    """Whether the values of attributes and of a map's entries of this name are replaced whole."""
    secret_value: bytes
    """Their replacement, an encoded AnyValue."""
    integer: Callable[[int], bytes | None]
    """Gives an integer's replacement, an encoded AnyValue, or None to leave it."""


class _Field(NamedTuple):
    """Where a field is in its message."""

    tag: int
    start: int
    content: int
    """Behind the tag, and behind the length if it has one."""
    end: int


_Rewrite = Callable[[bytes, TextRules], bytes]


def rewrite_texts(record: bytes, rules: TextRules, places: Collection[int] | None = None) -> bytes:
    """Give a record, or any sequence of whole fields of one, with its values replaced as the rules say.

    Args:
        record: an encoded LogRecord.
        rules: what to replace.
        places: look only at top-level fields in which one of these offsets is; None for all.

    Raises:
        ValueError: it is no encoded message.
    """
    return _rewritten(record, rules, {_BODY: _any_value, _ATTRIBUTES: _key_value}, places)


def _any_value(content: bytes, rules: TextRules) -> bytes:
    return _rewritten(content, rules, _ANY_VALUE)


def _text(content: bytes, rules: TextRules) -> bytes:
    return rules.text(content)


def _name(content: bytes, rules: TextRules) -> bytes:
    return rules.name(content)


def _array(content: bytes, rules: TextRules) -> bytes:
    return _rewritten(content, rules, {_ITEM: _any_value})


def _map(content: bytes, rules: TextRules) -> bytes:
    return _rewritten(content, rules, {_ITEM: _key_value})


_ANY_VALUE: dict[int, _Rewrite] = {_STRING: _text, _BYTES: _text, _ARRAY: _array, _MAP: _map}


def _key_value(content: bytes, rules: TextRules) -> bytes:
    name = b""
    for field in _fields(content):
        if field.tag == _KEY:
            name = content[field.content : field.end]
    value = _secret_value if rules.is_secret_name(name.decode(errors="replace")) else _any_value
    return _rewritten(content, rules, {_KEY: _name, _VALUE: value})


def _secret_value(content: bytes, rules: TextRules) -> bytes:
    # Nothing, an empty text and a truth value are no secrets, and worth knowing.
    is_harmless = content in {b"", bytes([_STRING, 0])} or content.startswith(bytes([_BOOL]))
    return content if is_harmless else rules.secret_value


def _rewritten(
    message: bytes, rules: TextRules, rewrites: dict[int, _Rewrite], places: Collection[int] | None = None
) -> bytes:
    """Give a message with some of its fields rewritten; the very same object if nothing was replaced."""
    parts: list[bytes] = []
    copied = 0
    for field in _fields(message) if places is None else _fields_at(message, places):
        rewrite = rewrites.get(field.tag)
        if rewrite is not None:
            content = message[field.content : field.end]
            replaced = rewrite(content, rules)
            if replaced != content:
                parts += (message[copied : field.start], _encode.framed(bytes([field.tag]), replaced))
                copied = field.end
        elif field.tag == _INT and rewrites is _ANY_VALUE:
            other = rules.integer(_signed(message, field.content))
            if other is not None:
                parts += (message[copied : field.start], other)
                copied = field.end
    return b"".join([*parts, message[copied:]]) if parts else message


def _fields_at(message: bytes, places: Collection[int]) -> list[_Field]:
    waiting = sorted(places, reverse=True)
    fields: list[_Field] = []
    for field in _fields(message):
        is_wanted = False
        while waiting and waiting[-1] < field.end:
            is_wanted = waiting.pop() >= field.start or is_wanted
        if is_wanted:
            fields.append(field)
    return fields


def _signed(message: bytes, place: int) -> int:
    number, _ = _varint(message, place)
    return number - 2 * _SIGN_BIT if number & _SIGN_BIT else number


def _fields(message: bytes) -> list[_Field]:
    fields: list[_Field] = []
    place, end = 0, len(message)
    try:
        while place < end:
            start = place
            tag = message[place]
            if tag < _CONTINUES:
                place += 1
            else:
                tag, place = _varint(message, place)
            wire_type = tag & 7
            content = place
            if wire_type == _LENGTH_DELIMITED:
                length = message[place]
                if length < _CONTINUES:
                    content += 1
                else:
                    length, content = _varint(message, place)
                place = content + length
            elif wire_type == _VARINT:
                _, place = _varint(message, place)
            else:
                place += _FIXED_BYTES[wire_type]
            fields.append(_Field(tag, start, content, place))
    except LookupError:
        raise ValueError(f"the field at byte {start} is not one of OTLP's") from None
    if place > end:
        raise ValueError(f"the field at byte {start} ends behind its message")
    return fields


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """Read a varint; give it and the place after it."""
    number = 0
    for index in range(_MAX_VARINT_BYTES):
        byte = message[place + index]
        number |= (byte & ~_CONTINUES) << (7 * index)
        if byte < _CONTINUES:
            return number & (1 << 64) - 1, place + index + 1
    raise ValueError(f"the number at byte {place} does not end")
