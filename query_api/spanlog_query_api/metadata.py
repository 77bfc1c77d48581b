"""``metadata`` ↔ attributes. Both directions, because one undoes the other.

Attributes are stored as text, and clients expect their types back. So whatever text alone could not give back is kept
a second time, as the JSON of the whole, in one attribute.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from pydantic_core import from_json, to_json

AGENT_ID: Final = "gen_ai.agent.id"
SESSION_ID: Final = "session.id"
RECORD_UID: Final = "log.record.uid"
CATEGORY: Final = "spanlog.category"
SOURCE: Final = "spanlog.source"
PARENT_ID: Final = "spanlog.parent_id"
METADATA: Final = "spanlog.metadata"

_OWN_PREFIX: Final = "spanlog."
_FIELDS_OF_THEIR_OWN: Final = frozenset((AGENT_ID, SESSION_ID, RECORD_UID))

# A program's own grouping key and its message's template are for the program to say.
_SENDERS_TO_SAY: Final = frozenset(("spanlog.fingerprint", "spanlog.template"))

MAX_DEPTH: Final = 24
"""Of nested values; three messages of OTLP each, of which protobuf reads 100 inside one another."""

MAX_KEYS: Final = 1_000
MAX_KEY_CHARACTERS: Final = 256
MAX_JSON_BYTES: Final = 1024 * 1024

_INT64: Final = range(-(2**63), 2**63)


def is_metadata(name: str) -> bool:
    """Tell whether the attribute ``name`` belongs to ``metadata`` rather than to a field of its own."""
    return not name.startswith(_OWN_PREFIX) and name not in _FIELDS_OF_THEIR_OWN


def check_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return ``metadata`` when it can be stored and given back.

    Raises:
        ValueError: too many or too long keys, nested too deeply, too large, a number that is none, or a NUL.
    """
    if len(metadata) > MAX_KEYS:
        raise ValueError(f"has more than {MAX_KEYS} keys")
    for key, value in metadata.items():
        if len(key) > MAX_KEY_CHARACTERS:
            raise ValueError(f"has a key of more than {MAX_KEY_CHARACTERS} characters")
        _check_value(key, key, depth=1)
        _check_value(key, value, depth=1)
    if len(to_json(metadata)) > MAX_JSON_BYTES:
        raise ValueError(f"is larger than {MAX_JSON_BYTES} bytes of JSON")
    return metadata


def _check_value(key: str, value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"{key!r} is nested more than {MAX_DEPTH} deep")
    match value:
        case str() if "\0" in value:
            raise ValueError(f"{key!r} holds a NUL character")
        case float() if not math.isfinite(value):
            raise ValueError(f"{key!r} holds a number out of range")
        case list():
            for item in value:
                _check_value(key, item, depth + 1)
        case dict():
            for inner_key, item in value.items():
                _check_value(key, inner_key, depth + 1)
                _check_value(key, item, depth + 1)
        case _:
            pass


def metadata_to_attributes(metadata: Mapping[str, Any]) -> Iterator[KeyValue]:
    """Yield ``metadata`` as OTLP attributes, one for each key, and the JSON of it all where text is not enough."""
    needs_json = False
    for key, value in metadata.items():
        is_plain = is_metadata(key)
        needs_json = needs_json or not is_plain or not isinstance(value, str)
        # Names that have a field of their own are the field's; under this key they would be taken for it.
        if is_plain or key in _SENDERS_TO_SAY:
            yield KeyValue(key=key, value=any_value(value))
    if needs_json:
        yield KeyValue(key=METADATA, value=AnyValue(string_value=to_json(metadata).decode()))


def any_value(value: Any) -> AnyValue:
    """Return a value of JSON as an OTLP value; a whole number beyond 64 bits as its digits."""
    match value:
        case None:
            found = AnyValue()
        case bool():
            found = AnyValue(bool_value=value)
        case int():
            found = AnyValue(int_value=value) if value in _INT64 else AnyValue(string_value=str(value))
        case float():
            found = AnyValue(double_value=value)
        case list():
            found = AnyValue(array_value=ArrayValue(values=[any_value(item) for item in value]))
        case dict():
            pairs = [KeyValue(key=key, value=any_value(item)) for key, item in value.items()]
            found = AnyValue(kvlist_value=KeyValueList(values=pairs))
        case _:
            found = AnyValue(string_value=str(value))
    return found


def attributes_to_metadata(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata that stored attributes stand for.

    The JSON is believed only when it is an object that can be given out: any OTLP sender can set it.
    """
    text = attributes.get(METADATA)
    if text:
        try:
            parsed = from_json(text, allow_inf_nan=False)
            if isinstance(parsed, dict):
                return check_metadata(parsed)
        except ValueError:
            pass
    return {name: value for name, value in attributes.items() if is_metadata(name)}
