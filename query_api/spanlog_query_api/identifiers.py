"""Trace ids have two spellings, 32 hex digits and a UUID; the store has the first, clients get theirs back."""

import re
import uuid
from typing import Final

TRACE_ID_FORM: Final = "spanlog.trace_id.form"
"""The attribute that remembers the spelling in which a record's trace id was given."""

UUID_FORM: Final = "uuid"

_HEX: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_SPAN_ID: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)


def is_uuid_text(text: str) -> bool:
    """Tell whether ``text`` is a UUID with its dashes, in any case."""
    return _UUID.fullmatch(text.lower()) is not None


def is_span_id(text: str) -> bool:
    """Tell whether ``text`` is 16 lower-case hex digits."""
    return _SPAN_ID.fullmatch(text) is not None


def check_trace_id(text: str) -> str:
    """Return ``text`` in lower case.

    Raises:
        ValueError: it is neither a UUID nor 32 hex digits, or all zero, which OTLP reads as absent.
    """
    lower = text.lower()
    if not (_UUID.fullmatch(lower) or _HEX.fullmatch(lower)):
        raise ValueError("not a trace id: a UUID or 32 hex digits")
    if not lower.strip("0-"):
        raise ValueError("not a trace id: all zero means none")
    return lower


def trace_id_to_hex(text: str) -> str:
    """Return a trace id of either spelling as the 32 hex digits that the store has.

    Raises:
        ValueError: it is neither.
    """
    return check_trace_id(text).replace("-", "")


def span_id_to_hex(text: str) -> str:
    """Return a span id as the 16 lower-case hex digits that the store has.

    Raises:
        ValueError: it is none.
    """
    if not is_span_id(text.lower()):
        raise ValueError("not a span id: 16 hex digits")
    return text.lower()


def check_pattern_id(text: str) -> str:
    """Return a pattern's id in lower case.

    Raises:
        ValueError: it is none.
    """
    if not is_span_id(text.lower()):
        raise ValueError("not a pattern's id: 16 hex digits, as GET /patterns gives them")
    return text.lower()


def check_parent_id(text: str) -> str:
    """Return ``text``, the id of a record or a span, as it is.

    Raises:
        ValueError: it is neither a UUID nor 16 hex digits.
    """
    if not (is_uuid_text(text) or is_span_id(text.lower())):
        raise ValueError("not a parent id: a record's UUID, or a span id of 16 hex digits")
    return text


def display_trace_id(hex_digits: str, form: str) -> str:
    """Return a stored trace id in the spelling that its sender used."""
    return str(uuid.UUID(hex_digits)) if form == UUID_FORM and _HEX.fullmatch(hex_digits) else hex_digits
