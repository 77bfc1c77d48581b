"""OTLP/JSON to protobuf: protobuf's own JSON mapping but for ids, which OTLP writes in hex.

Rule: opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (ids in hex of any case, enums as integers, unknown
fields ignored, 64-bit integers as string or number).
"""

import base64
import binascii
import json
from typing import Any, Final

from google.protobuf import json_format

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.description import Signal
from spanlog_collector.otlp.normalize import official_class

_ID_KEYS: Final = frozenset(("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"))
_MAX_RECURSION: Final = 200
"""How deep a JSON document may nest: protobuf's own limit is 100 messages, two levels of JSON each."""


def json_to_protobuf(signal: Signal, document: bytes) -> bytes:
    """Return the protobuf bytes of the OTLP/JSON ``document``.

    Raises:
        MalformedRequestError: it is not JSON, or not a request of ``signal``; the message says where.
    """
    try:
        parsed = json.loads(document)
        if not isinstance(parsed, dict):
            raise MalformedRequestError(f"the body is not an OTLP {signal.request} in JSON: an object was expected")
        _ids_to_base64(parsed, _MAX_RECURSION)
        request = json_format.ParseDict(parsed, official_class(signal)(), ignore_unknown_fields=True)
        return request.SerializeToString()
    except (ValueError, RecursionError, TypeError, AttributeError, json_format.ParseError) as error:
        raise MalformedRequestError(f"the body is not an OTLP {signal.request} in JSON: {error}") from error


def _ids_to_base64(node: Any, depth: int) -> None:
    if not depth:
        raise MalformedRequestError("the body nests deeper than OTLP allows")
    if isinstance(node, list):
        for item in node:
            _ids_to_base64(item, depth - 1)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in _ID_KEYS and isinstance(value, str):
                node[key] = _hex_to_base64(key, value)
            elif isinstance(value, dict | list):
                _ids_to_base64(value, depth - 1)


def _hex_to_base64(key: str, value: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(value)).decode()
    except (ValueError, binascii.Error) as error:
        raise MalformedRequestError(f"{key} is not hexadecimal: {value[:64]!r}") from error
