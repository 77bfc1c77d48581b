"""Requests the engine cannot take as they are, made into ones it can; the rare path, so plain Python.

Nothing is dropped: text that is not UTF-8 keeps every readable character (the rest becomes U+FFFD), and arrays and
maps become the JSON text that the standard Collector's ClickHouse exporter stores of them.
"""

import base64
import json
import math
from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message as ProtobufMessage
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from spanlog_collector.otlp.description import LOGS, Signal
from spanlog_collector.otlp.message_classes import lenient_class

_CONTAINERS = ("array_value", "kvlist_value")


def official_class(signal: Signal) -> type[ExportLogsServiceRequest] | type[ExportTraceServiceRequest]:
    """Return opentelemetry-proto's own request class for ``signal``."""
    return ExportLogsServiceRequest if signal is LOGS else ExportTraceServiceRequest


def replace_invalid_utf8(signal: Signal, body: bytes) -> bytes:
    """Return ``body`` with each text field valid UTF-8.

    Raises:
        google.protobuf.message.DecodeError: ``body`` is not a request of ``signal`` for another reason.
    """
    request = lenient_class(signal).FromString(body)
    _replace_in(request)
    return request.SerializePartialToString()


def _replace_in(message: ProtobufMessage) -> None:
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for inner in value if field.is_repeated else (value,):
                _replace_in(inner)
        elif field.type == FieldDescriptor.TYPE_STRING and isinstance(value, bytes):
            setattr(message, field.name, value.decode("utf-8", errors="replace"))


def containers_to_json(signal: Signal, body: bytes) -> bytes:
    """Return ``body`` with each array and map among attribute values and bodies as a string of its JSON text.

    Raises:
        google.protobuf.message.DecodeError: ``body`` is not a request of ``signal``.
    """
    request = official_class(signal).FromString(body)
    if isinstance(request, ExportLogsServiceRequest):
        for resource_logs in request.resource_logs:
            _convert(resource_logs.resource.attributes)
            for scope_logs in resource_logs.scope_logs:
                _convert(scope_logs.scope.attributes)
                for record in scope_logs.log_records:
                    _convert_value(record.body)
                    _convert(record.attributes)
    else:
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
    return request.SerializeToString()


def _convert(attributes: Iterable[KeyValue]) -> None:
    for pair in attributes:
        _convert_value(pair.value)


def _convert_value(value: AnyValue) -> None:
    if value.WhichOneof("value") in _CONTAINERS:
        value.string_value = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case "array_value":
            return [_plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {pair.key: _plain(pair.value) for pair in value.kvlist_value.values}
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "double_value":
            # JSON has no NaN and no infinity; their names are kept rather than the whole value lost.
            return value.double_value if math.isfinite(value.double_value) else str(value.double_value)
        case None:
            return None
        case kind:
            return getattr(value, kind)
