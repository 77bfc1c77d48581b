"""What ``extra`` means: six names are fields of spanlog, ``metadata`` is flattened, the rest attributes."""

from __future__ import annotations

import logging
from typing import NamedTuple

from spanlog._values import safe_text

# DESIGN: "Handler to attributes". trace_id is not here because it becomes a field of the record.
ATTRIBUTE_BY_EXTRA = {
    "agent_id": "gen_ai.agent.id",
    "session_key": "session.id",
    "category": "spanlog.category",
    "source": "spanlog.source",
    "parent_id": "spanlog.parent_id",
}

# What every record has. Built from the class, not the factory, whose additions are the program's own.
_PLAIN_RECORD = logging.LogRecord("", logging.INFO, "", 0, "", None, None)
PLAIN_NAMES = frozenset(vars(_PLAIN_RECORD))
OWN_NAMES = PLAIN_NAMES | {"message", "asctime", "taskName"}

_TRACE_ID_BYTES = 16
_HEX_CHARACTERS = 32
_UUID_CHARACTERS = 36
_UUID_DASHES = (8, 13, 18, 23)


class Extras(NamedTuple):
    """What a call added to its record."""

    attributes: dict[str, object]
    """By attribute name; names with a meaning already translated and rendered."""
    trace_id: bytes
    """16 bytes, or empty where none was given that can be used."""
    trace_id_is_uuid: bool
    """Whether it was given as a UUID, so that it can be given back as one."""


def extras_of(record: logging.LogRecord) -> Extras | None:
    """Give what ``extra`` (or an adapter, filter or record factory) added; None if nothing."""
    fields = record.__dict__
    if len(fields) == len(PLAIN_NAMES):
        return None
    # A copy first: another thread may hold the record and change it.
    added = {key: value for key, value in list(fields.items()) if key not in OWN_NAMES}
    return _interpreted(added) if added else None


def _interpreted(added: dict[str, object]) -> Extras:
    attributes: dict[str, object] = {}
    metadata = added.get("metadata")
    if isinstance(metadata, dict):
        del added["metadata"]
        attributes.update((safe_text(key), value) for key, value in list(metadata.items()))
    trace_id, is_uuid = b"", False
    for key, value in added.items():
        if key in ATTRIBUTE_BY_EXTRA:
            text = "" if value is None else safe_text(value)
            if text:
                attributes[ATTRIBUTE_BY_EXTRA[key]] = text
        elif key == "trace_id":
            trace_id, is_uuid = parse_trace_id(value)
            if not trace_id and value is not None:
                attributes["trace_id"] = value
        else:
            attributes[key if isinstance(key, str) else safe_text(key)] = value
    return Extras(attributes, trace_id, is_uuid)


def parse_trace_id(value: object) -> tuple[bytes, bool]:
    """Read 32 hex digits, or a UUID as object or with its dashes.

    Returns:
        The 16 bytes (empty if it is neither, or all zero), and whether it had the form of a UUID.
    """
    text = value if isinstance(value, str) else safe_text(value)
    is_uuid = len(text) == _UUID_CHARACTERS
    if is_uuid:
        if any(text[place] != "-" for place in _UUID_DASHES):
            return b"", False
        text = text.replace("-", "")
    if len(text) != _HEX_CHARACTERS:
        return b"", False
    try:
        trace_id = bytes.fromhex(text)
    except ValueError:
        return b"", False
    # fromhex skips white space, so the length has to be looked at again.
    if len(trace_id) != _TRACE_ID_BYTES or not any(trace_id):
        return b"", False
    return trace_id, is_uuid
