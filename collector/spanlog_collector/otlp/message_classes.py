"""OTLP for the collector: message classes that answer "may the engine read this?" at C speed.

Two properties of protobuf do the work, so that no Python loop walks the records:

* a container (array or map) is described as a message with a *required* field that no sender sets, so
  serializing a request fails if it holds one;
* the strict classes (edition 2023) refuse text that is not UTF-8 while parsing.

The whole classes (proto2) take such text, and read arrays and maps too: what the strict ones turn down is mended with
them (``normalize.py``).

The folded classes tell whether a request holds anything that OTLP does not know, in half the time that looking at each
message takes. In them nothing is repeated, so that all records become one, all attributes one, and so on: a single
value is replaced by the next, but what is unknown gathers.

The outline classes tell how many messages a request may hold (``bounds.py``). They are folded too, and know nothing
but messages, so that everything else gathers.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.message import Message as ProtobufMessage
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from spanlog_collector.otlp.description import (
    CONTAINER,
    CONTAINER_TYPES,
    CONTAINERS,
    LOGS,
    MESSAGES,
    SCALAR_TYPES,
    Field,
    Signal,
)

_FieldProto = descriptor_pb2.FieldDescriptorProto
_PACKAGE: Final = "spanlog.otlp"
_NEVER_SENT: Final = 536_870_911
"""The highest field number that protobuf allows."""

_RECORD_FIELDS: Final = frozenset(
    (
        *("resource_logs", "scope_logs", "log_records"),
        *("resource_spans", "scope_spans", "spans"),
        *("resource_metrics", "scope_metrics", "metrics"),
    )
)
"""What leads from a request to its records, and the records."""

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


def _remade(request: Descriptor, remake: Callable[[descriptor_pb2.DescriptorProto], None]) -> type[ProtobufMessage]:
    """Return a class for ``request``, with each message it is made of as ``remake`` changes it."""
    pool = descriptor_pool.DescriptorPool()

    def remake_all(messages: Iterable[descriptor_pb2.DescriptorProto]) -> None:
        for message in messages:
            remake_all(message.nested_type)
            remake(message)

    def add(file: FileDescriptor) -> None:
        for needed in file.dependencies:
            add(needed)
        remade = descriptor_pb2.FileDescriptorProto()
        file.CopyToProto(remade)
        remake_all(remade.message_type)
        pool.Add(remade)

    add(request.file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(request.full_name))


def _fold(message: descriptor_pb2.DescriptorProto) -> None:
    for field in message.field:
        field.label = _FieldProto.LABEL_OPTIONAL
        if field.type == _FieldProto.TYPE_STRING:
            # The same on the wire, and whether it is UTF-8 is not the question here.
            field.type = _FieldProto.TYPE_BYTES


def _outline(message: descriptor_pb2.DescriptorProto, *, records_only: bool) -> None:
    kept = [
        _FieldProto(
            name=field.name,
            number=field.number,
            label=_FieldProto.LABEL_OPTIONAL,
            type=_FieldProto.TYPE_MESSAGE,
            type_name=field.type_name,
        )
        for field in message.field
        if field.type == _FieldProto.TYPE_MESSAGE and (field.name in _RECORD_FIELDS or not records_only)
    ]
    # Of a oneof the last message would replace the others.
    del message.field[:], message.oneof_decl[:]
    message.field.extend(kept)


def official_class(signal: Signal) -> type[ExportLogsServiceRequest] | type[ExportTraceServiceRequest]:
    """Return opentelemetry-proto's own request class for ``signal``."""
    return ExportLogsServiceRequest if signal is LOGS else ExportTraceServiceRequest


@cache
def folded_class(signal: Signal) -> type[ProtobufMessage]:
    """Return opentelemetry-proto's request class of ``signal`` with one of each message, and bytes for text."""
    return _remade(official_class(signal).DESCRIPTOR, _fold)


@cache
def outline_class(request: Descriptor, *, records_only: bool) -> type[ProtobufMessage]:
    """Return opentelemetry-proto's ``request`` with one of each message and nothing else.

    With ``records_only`` it ends at the records (spans, metrics): what they hold is not told apart.
    """
    return _remade(request, partial(_outline, records_only=records_only))


@cache
def strict_class(signal: Signal) -> type[ProtobufMessage]:
    """Return the request class of ``signal`` that refuses text which is not UTF-8 (``DecodeError``)."""
    return _class(signal, is_strict=True)


@cache
def whole_class(signal: Signal) -> type[ProtobufMessage]:
    """Return the request class of ``signal`` with arrays and maps; it gives text which is not UTF-8 as ``bytes``."""
    return _class(signal, is_strict=False)
