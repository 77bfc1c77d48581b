"""OTLP for the collector: message classes that answer "may the engine read this?" at C speed.

Two properties of protobuf do the work, so that no Python loop walks the records:

* a container (array or map) is described as a message with a *required* field that no sender sets, so
  serializing a request fails if it holds one;
* the strict classes (edition 2023) refuse text that is not UTF-8 while parsing.

The whole classes (proto2) take such text, and read arrays and maps too: what the strict ones turn down is mended with
them (``normalize.py``).
"""

from dataclasses import replace
from functools import cache
from typing import Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message as ProtobufMessage

from spanlog_collector.otlp.description import (
    CONTAINER,
    CONTAINER_TYPES,
    CONTAINERS,
    MESSAGES,
    SCALAR_TYPES,
    Field,
    Signal,
)

_FieldProto = descriptor_pb2.FieldDescriptorProto
_PACKAGE: Final = "spanlog.otlp"
_NEVER_SENT: Final = 536_870_911
"""The highest field number that protobuf allows."""

_SCALARS: Final = {name: getattr(_FieldProto, f"TYPE_{name.upper()}") for name in SCALAR_TYPES}


def _add_field(message: descriptor_pb2.DescriptorProto, field: Field) -> None:
    added = message.field.add(
        name=field.name,
        number=field.number,
        label=_FieldProto.LABEL_REPEATED if field.repeated else _FieldProto.LABEL_OPTIONAL,
        type=_SCALARS.get(field.type, _FieldProto.TYPE_MESSAGE),
    )
    if field.type not in SCALAR_TYPES:
        added.type_name = f".{_PACKAGE}.{field.type}"
    if field.in_oneof:
        if not message.oneof_decl:
            message.oneof_decl.add(name="value")
        added.oneof_index = 0


@cache
def _pool(*, is_strict: bool) -> descriptor_pool.DescriptorPool:
    file = descriptor_pb2.FileDescriptorProto(name="spanlog_otlp.proto", package=_PACKAGE)
    if is_strict:
        file.syntax = "editions"
        file.edition = descriptor_pb2.EDITION_2023
        never_sent = file.message_type.add(name=CONTAINER).field.add(
            name="never_sent", number=_NEVER_SENT, type=_FieldProto.TYPE_BOOL, label=_FieldProto.LABEL_OPTIONAL
        )
        never_sent.options.features.field_presence = descriptor_pb2.FeatureSet.LEGACY_REQUIRED
    else:
        file.syntax = "proto2"
        for message in CONTAINERS:
            added = file.message_type.add(name=message.name)
            for field in message.fields:
                _add_field(added, field)
    for message in MESSAGES:
        added = file.message_type.add(name=message.name)
        for field in message.fields:
            _add_field(added, field if is_strict else _whole(field))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _whole(field: Field) -> Field:
    return replace(field, type=CONTAINER_TYPES[field.name]) if field.type == CONTAINER else field


def _class(signal: Signal, *, is_strict: bool) -> type[ProtobufMessage]:
    pool = _pool(is_strict=is_strict)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{signal.request}"))


@cache
def strict_class(signal: Signal) -> type[ProtobufMessage]:
    """Return the request class of ``signal`` that refuses text which is not UTF-8 (``DecodeError``)."""
    return _class(signal, is_strict=True)


@cache
def whole_class(signal: Signal) -> type[ProtobufMessage]:
    """Return the request class of ``signal`` with arrays and maps; it gives text which is not UTF-8 as ``bytes``."""
    return _class(signal, is_strict=False)
