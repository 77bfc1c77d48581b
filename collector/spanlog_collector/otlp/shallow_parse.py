"""Large requests without arrays and maps, which nearly all are, parsed and checked in one go.

``IsInitialized()`` takes two and a half times as long as the parse it follows (0.66 against 0.26 µs a record of 300
bytes). The parser has a check of its own that costs nothing: it refuses messages that nest deeper than 100 levels. So
the request is parsed inside as many nested groups as leave it exactly the levels that plain values need; an array or a
map lies deeper and is refused. A group has no length, so the nesting is a fixed prefix and suffix.

What is refused here goes the slow way (``check.py``), which decides. What passes holds no array and no map but empty
ones, which the engine writes as ``[]`` and ``{}`` itself.
"""

import operator
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from google.protobuf.message import Message as ProtobufMessage

from spanlog_collector.otlp.description import CONTAINER, LOGS, Signal
from spanlog_collector.otlp.message_classes import PACKAGE, file_description

_WRAPPER: Final = "Wrapper"
_ITEM: Final = "ContainerItem"
_MOST_LEVELS: Final = 100
_PLAIN_LEVELS: Final = {"logs": 5, "traces": 6}
"""Messages around the deepest plain value: request, resource, scope, record or span, (event,) attribute, value."""

_START_GROUP: Final = 3
_END_GROUP: Final = 4
_INNER_FIELD: Final = 1
_REQUEST_FIELD: Final = secrets.randbelow(100_000_000) + 16
"""Nobody knows it, so nobody can write a request that ends its own group and goes on outside."""


@dataclass(frozen=True, slots=True)
class _Nesting:
    wrapper: type[ProtobufMessage]
    prefix: bytes
    suffix: bytes
    request_of: "operator.attrgetter[Any]"


def parse_shallow(signal: Signal, body: bytes) -> Any | None:
    """Return ``body`` parsed, or ``None`` where it is damaged, holds text that is not UTF-8, an array or a map."""
    nesting = _nesting(signal)
    try:
        request = nesting.request_of(nesting.wrapper.FromString(b"".join((nesting.prefix, body, nesting.suffix))))
    except DecodeError:
        return None
    # A resource lies less deep than records do, so its arrays could be within the bound.
    resources = request.resource_logs if signal is LOGS else request.resource_spans
    return request if all(entry.resource.IsInitialized() for entry in resources) else None


@cache
def _nesting(signal: Signal) -> _Nesting:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_description(signal))
    wrapper = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{_WRAPPER}"))
    levels = _MOST_LEVELS - _PLAIN_LEVELS[signal.name] - 1
    return _Nesting(
        wrapper,
        _tag(_INNER_FIELD, _START_GROUP) * levels + _tag(_REQUEST_FIELD, _START_GROUP),
        _tag(_REQUEST_FIELD, _END_GROUP) + _tag(_INNER_FIELD, _END_GROUP) * levels,
        operator.attrgetter(".".join(["inner"] * levels + ["request"])),
    )


def _description(signal: Signal) -> descriptor_pb2.FileDescriptorProto:
    file = file_description(is_strict=True)
    file.name = "spanlog_otlp_nested.proto"
    # What lies in an array or a map is a level more, so that one which is not empty is refused one level earlier.
    container = next(message for message in file.message_type if message.name == CONTAINER)
    file.message_type.add(name=_ITEM)
    container.field.add(
        name="items",
        number=1,
        label=descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED,
        type=descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE,
        type_name=f".{PACKAGE}.{_ITEM}",
    )
    wrapper = file.message_type.add(name=_WRAPPER)
    for name, number, message in (("inner", _INNER_FIELD, _WRAPPER), ("request", _REQUEST_FIELD, signal.request)):
        field = wrapper.field.add(
            name=name,
            number=number,
            label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL,
            type=descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE,
            type_name=f".{PACKAGE}.{message}",
        )
        field.options.features.message_encoding = descriptor_pb2.FeatureSet.DELIMITED
    return file


def _tag(number: int, wire_type: int) -> bytes:
    value = number << 3 | wire_type
    encoded = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - protobuf's base-128 varint
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
