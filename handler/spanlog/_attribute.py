"""One name of attributes, and what is ready to be put before or in place of its values.

A program says the same few names again and again, and under most of them the same few values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spanlog import _encode
from spanlog._redact import REDACTED_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable

# Few enough to forget about, many enough for a venue, a model, a state; an id that is new each time fills them
# once and is encoded from then on.
_MAX_KNOWN_VALUES = 64
_MAX_KNOWN_BYTES = 64
_MAX_KNOWN_LENGTHS = 1_024
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1


class AttributeName:
    """Encodes values under one name, tag included.

    Args:
        name: the attribute's.
        max_bytes: how large a text may be; what is larger has to be cut, which is not done here.

    Attributes:
        known: whole attributes by value: text or int, which are never equal to each other.
    """

    __slots__ = ("_headers", "_max_bytes", "_name", "_text_headers", "known")

    def __init__(self, name: str, max_bytes: int) -> None:
        self._name = name
        self._max_bytes = max_bytes
        # What stands before a value depends on its length alone.
        self._headers: dict[int, bytes] = {}
        self._text_headers: dict[int, bytes] = {}
        self.known: dict[object, bytes] = {}

    def text(self, text: str) -> bytes | None:
        """Encode a text; None for one that is too large."""
        content = _encode.utf8(text)
        if len(content) > self._max_bytes:
            return None
        encoded = self.content(content)
        if len(content) <= _MAX_KNOWN_BYTES and len(self.known) < _MAX_KNOWN_VALUES:
            self.known[text] = encoded
        return encoded

    def content(self, content: bytes) -> bytes:
        """Encode a text of any length that is UTF-8 already."""
        length = len(content)
        header = self._text_headers.get(length)
        if header is None:
            header = _encode.text_attribute_header(self._name, length)
            if len(self._text_headers) < _MAX_KNOWN_LENGTHS:
                self._text_headers[length] = header
        return header + content

    def other(self, value: object) -> bytes | None:
        """Encode a value that is no text; None for a container or an object, whose size has to be looked at."""
        if type(value) is int:
            if not _SMALLEST_INT <= value <= _LARGEST_INT:
                return None
            encoded = self._with_header(_encode.int_value(value))
            if len(self.known) < _MAX_KNOWN_VALUES:
                self.known[value] = encoded
            return encoded
        if type(value) is float:
            return self._with_header(_encode.float_value(value))
        if value is None:
            return self._with_header(_encode.NULL)
        if value is True or value is False:
            return self._with_header(_encode.TRUE if value else _encode.FALSE)
        return None

    def _with_header(self, content: bytes) -> bytes:
        header = self._headers.get(len(content))
        if header is None:
            whole = _encode.attribute(self._name, content)
            header = self._headers[len(content)] = whole[: len(whole) - len(content)]
        return header + content


class FieldName(AttributeName):
    """A name with a meaning, whose values are texts. An empty one or None counts as not given."""

    __slots__ = ()

    def text(self, text: str) -> bytes | None:
        """Encode a text; None where it is long or says nothing."""
        return super().text(text) if text else None

    def other(self, value: object) -> bytes | None:  # noqa: ARG002 - whatever it is
        """Give None: it has to be rendered, or says nothing."""
        return None


class FixedName(AttributeName):
    """A name under which every value is the same, and not even looked at: a secret, or nothing to be told."""

    __slots__ = ("_encoded",)

    def __init__(self, name: str, encoded: bytes) -> None:
        super().__init__(name, 0)
        self._encoded = encoded

    def text(self, text: str) -> bytes | None:  # noqa: ARG002 - as said
        """Give what there always is."""
        return self._encoded

    def other(self, value: object) -> bytes | None:  # noqa: ARG002 - as said
        """Give what there always is."""
        return self._encoded


def attribute_name(name: str, max_bytes: int, is_secret: Callable[[str], bool]) -> AttributeName:
    """Make a name that a program gave, whose values may be secret."""
    if is_secret(name):
        return FixedName(name, _encode.attribute(name, _encode.string_value(REDACTED_VALUE)))
    return AttributeName(name, max_bytes)
