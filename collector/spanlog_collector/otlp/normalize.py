"""Requests the engine cannot take as they are, made into ones it can; the rare path, so plain Python.

Nothing is dropped: text that is not UTF-8 keeps every readable character (the rest becomes U+FFFD), and arrays and
maps become the JSON text that the standard Collector's ClickHouse exporter stores of them.
"""

import base64
import json
import math
from collections.abc import Iterable
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message as ProtobufMessage

from spanlog_collector.otlp.description import CONTAINER_TYPES, LOGS, RECEIVED_NAME, Signal
from spanlog_collector.otlp.message_classes import whole_class

_CONTAINERS: Final = frozenset(CONTAINER_TYPES)


def normalize(signal: Signal, body: bytes, *, has_invalid_text: bool) -> bytes:
    """Return ``body`` with arrays and maps as JSON text.

    Args:
        signal: Logs or traces.
        body: One request.
        has_invalid_text: Whether text anywhere else than in arrays and maps may not be UTF-8, and must be mended.

    Raises:
        google.protobuf.message.DecodeError: ``body`` is not a request of ``signal``, or nests deeper than the 100
            messages that protobuf allows.
    """
    request: Any = whole_class(signal).FromString(body)
    if signal is LOGS:
        _convert_logs(request)
    else:
        _convert_traces(request)
    if has_invalid_text:
        _replace_in(request)
    return bytes(request.SerializePartialToString())


def canonical(request: Any) -> bytes:
    """Return the bytes of ``request``, of a strict class, as any protobuf library would write them.

    Unknown fields are left out, among them known numbers with a type of another kind; so is the journal's own field.
    """
    request.ClearField(RECEIVED_NAME)
    request.DiscardUnknownFields()
    return bytes(request.SerializePartialToString())


def _convert_logs(request: Any) -> None:
    for resource_logs in request.resource_logs:
        _convert(resource_logs.resource.attributes)
        for scope_logs in resource_logs.scope_logs:
            _convert(scope_logs.scope.attributes)
            for record in scope_logs.log_records:
                if record.HasField("body"):
                    _convert_value(record.body)
                _convert(record.attributes)


def _convert_traces(request: Any) -> None:
    for resource_spans in request.resource_spans:
        _convert(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            _convert(scope_spans.scope.attributes)
            for span in scope_spans.spans:
                _convert(span.attributes)
                for event in span.events:
                    _convert(event.attributes)
                for link in span.links:
                    _convert(link.attributes)


def _convert(attributes: Iterable[Any]) -> None:
    for pair in attributes:
        _convert_value(pair.value)


def _convert_value(value: Any) -> None:
    if value.WhichOneof("value") in _CONTAINERS:
        value.string_value = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value
    match value.WhichOneof("value"):
        case "array_value":
            return [_plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {_text(pair.key): _plain(pair.value) for pair in value.kvlist_value.values}
        case "string_value":
            return _text(value.string_value)
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "double_value":
            # JSON has no NaN and no infinity; their names are kept rather than the whole value lost.
            return value.double_value if math.isfinite(value.double_value) else str(value.double_value)
        case None:
            return None
        case kind:
            return getattr(value, kind)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", errors="replace")


def _replace_in(message: ProtobufMessage) -> None:
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for inner in value if field.is_repeated else (value,):
                _replace_in(inner)
        elif field.type == FieldDescriptor.TYPE_STRING and isinstance(value, bytes):
            setattr(message, field.name, _text(value))
