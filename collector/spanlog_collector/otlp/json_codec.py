"""OTLP/JSON to protobuf: protobuf's own JSON mapping but for ids, which OTLP writes in hex.

Rule: opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (ids in hex of any case, enums as integers, unknown
fields ignored, 64-bit integers as string or number).
"""

import base64
import binascii
import json
import re
from functools import cache
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.bounds import check_json_bounds, check_json_list
from spanlog_collector.otlp.description import Signal
from spanlog_collector.otlp.message_classes import official_class

_ID_FIELDS: Final = frozenset(("trace_id", "span_id", "parent_span_id"))
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_OTLP: Final = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError, json_format.ParseError
)  # fmt: skip
"""What json and protobuf raise of documents that are none; 10**400 as a double is an OverflowError."""
_MAX_RECURSION: Final = 200
"""How deep a JSON document may nest: protobuf's own limit is 100 messages, two levels of JSON each."""


def json_to_protobuf(signal: Signal, document: bytes) -> bytes:
    """Return the protobuf bytes of the OTLP/JSON ``document``.

    Raises:
        MalformedRequestError: it is not JSON, or not a request of ``signal``; the message says where.
        RequestTooLargeError: it holds more than one request may.
    """
    check_json_bounds(document)
    try:
        # As in protobuf, text that is not UTF-8 loses no more than the bytes that are not.
        text = document.decode("utf-8-sig", errors="replace")
        parsed = json.loads(text)
        if _SURROGATE_ESCAPE.search(text):
            parsed = _without_surrogates(parsed, _MAX_RECURSION)
        _prepare(parsed, official_class(signal).DESCRIPTOR, _MAX_RECURSION)
        request = json_format.ParseDict(parsed, official_class(signal)(), ignore_unknown_fields=True)
        return request.SerializeToString()
    except MalformedRequestError as error:
        raise MalformedRequestError(f"the body is not an OTLP {signal.request} in JSON: {error}") from error
    except _NOT_OTLP as error:
        raise MalformedRequestError(f"the body is not an OTLP {signal.request} in JSON: {error}") from error


def _without_surrogates(node: Any, depth: int) -> Any:
    """Return ``node`` with U+FFFD for half a surrogate pair: what JavaScript sends of a text cut in the middle."""
    if not depth:
        raise MalformedRequestError("the body nests deeper than OTLP allows")
    if isinstance(node, str):
        return _SURROGATE.sub("\ufffd", node)
    if isinstance(node, list):
        return [_without_surrogates(item, depth - 1) for item in node]
    if isinstance(node, dict):
        return {_SURROGATE.sub("\ufffd", key): _without_surrogates(value, depth - 1) for key, value in node.items()}
    return node


@cache
def _fields(message: Descriptor) -> dict[str, FieldDescriptor]:
    """Return the fields of ``message`` that hold messages or ids, by either of their names in JSON."""
    wanted = [
        field for field in message.fields if field.type == FieldDescriptor.TYPE_MESSAGE or field.name in _ID_FIELDS
    ]
    return {name: field for field in wanted for name in (field.json_name, field.name)}


def _prepare(node: Any, message: Any, depth: int) -> None:
    """Write ids the way protobuf's JSON has them, and refuse what protobuf's JSON would drop without a word."""
    if not depth:
        raise MalformedRequestError("the body nests deeper than OTLP allows")
    if not isinstance(node, dict):
        raise MalformedRequestError(f"{message.name} is {type(node).__name__}, not an object")
    fields = _fields(message)
    for key in fields.keys() & node.keys():
        field, value = fields[key], node[key]
        if value is None:
            continue
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            if isinstance(value, str):
                node[key] = _hex_to_base64(key, value)
        elif not field.is_repeated:
            _prepare(value, field.message_type, depth - 1)
        elif isinstance(value, list):
            check_json_list(key, len(value))
            for item in value:
                _prepare(item, field.message_type, depth - 1)


def _hex_to_base64(key: str, value: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(value)).decode()
    except (ValueError, binascii.Error) as error:
        raise MalformedRequestError(f"{key} is not hexadecimal: {value[:64]!r}") from error
