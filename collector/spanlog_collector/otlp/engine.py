"""OTLP for the engine: the schema text and the column structure of ``FORMAT Protobuf``.

The structure is spelled out rather than inferred because only then does a oneof get a column that says which
of its fields was present (setting ``input_format_protobuf_oneof_presence``), so that 0, "" and nothing differ.
"""

from functools import cache
from pathlib import Path
from typing import Final

from spanlog_collector.otlp.description import CONTAINER, MESSAGES, MESSAGES_BY_NAME, Field, Message, Signal

PRESENCE: Final = "value"
"""Name of the oneof in AnyValue, and of the column that tells which field was set."""

_ENGINE_TYPES: Final = {
    "string": "String",
    "bytes": "String",
    "bool": "Bool",
    "int32": "Int32",
    "int64": "Int64",
    "uint32": "UInt32",
    "fixed32": "UInt32",
    "fixed64": "UInt64",
    "double": "Float64",
    # What the check let through has nothing here; as bytes it could not fail the insert if it had.
    CONTAINER: "String",
}

_WITHOUT_CONTAINERS: Final = frozenset(
    (("Resource", "attributes"), ("ScopeLogs", "scope"), ("LogRecord", "attributes"))
)
"""Bodies and spans are missing: an empty array or map of theirs gets through (``shallow_parse.py``)."""


def _proto_message(message: Message) -> str:
    def line(field: Field) -> str:
        proto_type = "bytes" if field.type == CONTAINER else field.type
        return f"{'repeated ' if field.repeated else ''}{proto_type} {field.name} = {field.number};"

    plain = " ".join(line(field) for field in message.fields if not field.in_oneof)
    choice = " ".join(line(field) for field in message.fields if field.in_oneof)
    oneof = f"oneof {PRESENCE} {{ {choice} }} " if choice else ""
    return f"message {message.name} {{ {oneof}{plain} }}"


@cache
def format_schema() -> str:
    """Return the proto3 text of both signals."""
    return "\n".join(('syntax = "proto3";', *(_proto_message(message) for message in MESSAGES)))


def _columns(message: Message, *, has_containers: bool) -> str:
    choice = [field for field in message.fields if field.in_oneof]
    columns = []
    if choice:
        cases = ", ".join(f"'{field.name}' = {field.number}" for field in choice)
        columns.append(f"{PRESENCE} Enum8('none' = 0, {cases})")
    for field in message.fields:
        if field.type == CONTAINER and not has_containers:
            continue
        inner = _ENGINE_TYPES.get(field.type)
        if inner is None:
            # Each column of an attribute's value is paid for by every attribute (0.06 µs a record of 7 values), and the
            # check of log requests lets no array or map through in an attribute, not even an empty one.
            with_containers = has_containers and (message.name, field.name) not in _WITHOUT_CONTAINERS
            inner = f"Tuple({_columns(MESSAGES_BY_NAME[field.type], has_containers=with_containers)})"
        columns.append(f"{field.name} {f'Array({inner})' if field.repeated else inner}")
    return ", ".join(columns)


@cache
def structure(signal: Signal) -> str:
    """Return the column structure of one request of ``signal``, for ``file()`` and ``input()``."""
    return _columns(MESSAGES_BY_NAME[signal.request], has_containers=True)


def format_settings(signal: Signal, schema_file: Path | None = None) -> dict[str, str | int]:
    """Return the settings under which the engine reads requests of ``signal``.

    Args:
        signal: Logs or traces.
        schema_file: A file that holds ``format_schema()``, for the embedded engine: of a text in a setting it makes a
            file of its own, in whatever folder the process was started in. A server is sent the text.
    """
    if schema_file is None:
        schema: dict[str, str | int] = {
            "format_schema_source": "string",
            "format_schema": format_schema(),
            "format_schema_message_name": signal.request,
        }
    else:
        schema = {"format_schema": f"{schema_file}:{signal.request}"}
    return schema | {"input_format_protobuf_oneof_presence": 1}
