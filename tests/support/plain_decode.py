"""What a request of OTLP says, read byte by byte in plain Python: the rows that must be stored of it.

Nothing here is shared with the way the collector goes: no protobuf library, no description of ours, no engine. Of
opentelemetry-proto only the numbers and types of the fields are taken. The rules are those of the protobuf encoding,
of OTLP, and of the columns that the standard Collector's ClickHouse exporter fills.
"""

import base64
import json
import math
import struct
import uuid
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

YEAR_2000 = 946_684_800 * 10**9
DAY = 86_400 * 10**9
DESCRIPTORS = {"logs": ExportLogsServiceRequest.DESCRIPTOR, "traces": ExportTraceServiceRequest.DESCRIPTOR}
SPAN_KINDS = ("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer")
STATUS_CODES = ("Unset", "Ok", "Error")
PROFILES_ONLY = ("string_value_strindex", "key_strindex")
"""Fields that a receiver of logs and traces must treat as if they were absent (opentelemetry-proto)."""

VARINT, FIXED64, LENGTH, GROUP, END_GROUP, FIXED32 = range(6)
INTEGERS = {FieldDescriptor.TYPE_INT32: 32, FieldDescriptor.TYPE_ENUM: 32, FieldDescriptor.TYPE_INT64: 64}
WIRE_TYPES = {
    FieldDescriptor.TYPE_FIXED64: FIXED64,
    FieldDescriptor.TYPE_DOUBLE: FIXED64,
    FieldDescriptor.TYPE_FIXED32: FIXED32,
    FieldDescriptor.TYPE_STRING: LENGTH,
    FieldDescriptor.TYPE_BYTES: LENGTH,
    FieldDescriptor.TYPE_MESSAGE: LENGTH,
}

Pairs = list[tuple[str, str]]
Row = dict[str, Any]


class UndecodableError(ValueError):
    """The bytes are no protobuf message of this type."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(10):
        if at >= len(data):
            break
        value |= (data[at] & 0x7F) << 7 * count
        at += 1
        if data[at - 1] < 0x80:
            # What the tenth byte says above 64 bits is dropped, as the official classes do.
            return value & (2**64 - 1), at
    raise UndecodableError("a varint has no end")


def fields(data: bytes, at: int = 0, in_group: int | None = None) -> Iterator[tuple[int, int, Any, int]]:
    """Yield (number, wire type, value, end) of each field of one message."""
    while at < len(data):
        tag, at = varint(data, at)
        number, wire_type = tag >> 3, tag & 7
        # In a group nobody knows, which is passed over, the official classes take a number of 0.
        if not (0 if in_group else 1) <= number < 2**29:
            raise UndecodableError("there is no such field number")
        value: Any
        match wire_type:
            case 0:
                value, at = varint(data, at)
            case 1 | 5:
                size = 8 if wire_type == FIXED64 else 4
                value = data[at : at + size]
                at += size
            case 2:
                size, at = varint(data, at)
                value = data[at : at + size]
                at += size
            case 3:
                value = None
                for _, inner_type, _, end in fields(data, at, number):
                    at = end
                    if inner_type == END_GROUP:
                        break
                else:
                    raise UndecodableError("a group has no end")
            case 4 if number == in_group:
                yield number, wire_type, None, at
                return
            case _:
                raise UndecodableError("there is no such wire type here")
        if at > len(data):
            raise UndecodableError("a field is longer than its message")
        yield number, wire_type, value, at


def message(descriptor: Descriptor, data: bytes, into: Row | None = None) -> Row:
    """Return the fields that are set, by name; those of a oneof without their losers; unknown ones left out."""
    found: Row = {} if into is None else into
    for number, wire_type, value, _ in fields(data):
        field = descriptor.fields_by_number.get(number)
        if field is None or field.name in PROFILES_ONLY or wire_type != WIRE_TYPES.get(field.type, VARINT):
            continue
        oneof = field.containing_oneof
        if oneof is not None:
            for other in oneof.fields:
                if other.name != field.name:
                    found.pop(other.name, None)
        if field.type == FieldDescriptor.TYPE_MESSAGE and not field.is_repeated:
            # A message that comes twice is one message, merged.
            found[field.name] = message(field.message_type, value, found.get(field.name))
        elif field.is_repeated:
            found.setdefault(field.name, []).append(scalar(field, value))
        else:
            found[field.name] = scalar(field, value)
    return found


def scalar(field: FieldDescriptor, value: Any) -> Any:
    match field.type:
        case FieldDescriptor.TYPE_MESSAGE:
            return message(field.message_type, value)
        case FieldDescriptor.TYPE_STRING:
            return value.decode("utf-8", errors="replace")
        case FieldDescriptor.TYPE_BYTES:
            return value
        case FieldDescriptor.TYPE_BOOL:
            return value != 0
        case FieldDescriptor.TYPE_DOUBLE:
            return struct.unpack("<d", value)[0]
        case FieldDescriptor.TYPE_FIXED64 | FieldDescriptor.TYPE_FIXED32:
            return int.from_bytes(value, "little")
        case FieldDescriptor.TYPE_UINT32:
            return value % 2**32
        case _:
            bits = INTEGERS[field.type]
            value %= 2**bits
            return value - 2**bits if value >> bits - 1 else value


def json_message(descriptor: Descriptor, document: Row) -> Row:
    """Return the fields that the OTLP/JSON ``document`` sets, by name."""
    found: Row = {}
    for field in descriptor.fields:
        value = document.get(field.json_name)
        if value is None or field.name in PROFILES_ONLY:
            continue
        found[field.name] = (
            [json_scalar(field, item) for item in value] if field.is_repeated else json_scalar(field, value)
        )
    return found


def json_scalar(field: FieldDescriptor, value: Any) -> Any:
    match field.type:
        case FieldDescriptor.TYPE_MESSAGE:
            return json_message(field.message_type, value)
        case FieldDescriptor.TYPE_BYTES:
            return bytes.fromhex(value) if field.name.endswith("_id") else base64.b64decode(value)
        case FieldDescriptor.TYPE_DOUBLE:
            return float(value)
        case FieldDescriptor.TYPE_STRING:
            # Half a surrogate pair is no character.
            return "".join("\ufffd" if 0xD800 <= ord(character) < 0xE000 else character for character in value)
        case FieldDescriptor.TYPE_BOOL:
            return value
        case _:
            return int(value)


def plain(value: Row) -> Any:
    """Return what JSON can say of an attribute value."""
    for kind, content in value.items():
        match kind:
            case "array_value":
                return [plain(item) for item in content.get("values", [])]
            case "kvlist_value":
                return {pair.get("key", ""): plain(pair.get("value", {})) for pair in content.get("values", [])}
            case "bytes_value":
                return base64.b64encode(content).decode()
            case "double_value" if not math.isfinite(content):
                return str(content)
            case _:
                return content
    return None


def text_of(value: Row) -> str:
    """Return what the column of an attribute value or a body says."""
    match plain(value):
        case None:
            return ""
        case bool(content):
            return "true" if content else "false"
        case float(content):
            return double_text(content)
        case str(content):
            return content
        case list() | dict() as content:
            return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        case content:
            return str(content)


def double_text(value: float) -> str:
    """Return the engine's shortest text of a double: decimal from 1e-6 to below 1e21, else with an exponent."""
    if not math.isfinite(value):
        return str(value)
    sign = "-" if math.copysign(1, value) < 0 else ""
    digits, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    shift = int(exponent or 0) + len(whole)
    significant = (whole + fraction).lstrip("0")
    shift -= len(whole + fraction) - len(significant)
    significant = significant.rstrip("0")
    if not significant:
        return sign + "0"
    if -6 < shift <= 21:
        if shift <= 0:
            return f"{sign}0.{'0' * -shift}{significant}"
        padded = significant.ljust(shift, "0")
        return sign + padded[:shift] + ("." + padded[shift:] if padded[shift:] else "")
    mantissa = significant[0] + ("." + significant[1:] if significant[1:] else "")
    return f"{sign}{mantissa}e{shift - 1}"


def pairs(attributes: list[Row]) -> Pairs:
    """Return keys and texts, in the order of the keys; the same key twice stays twice, in the order they came."""
    found = [(pair.get("key", ""), text_of(pair.get("value", {}))) for pair in attributes]
    return sorted(found, key=lambda pair: pair[0].encode())


def first(attributes: Pairs, key: str) -> str:
    return next((value for name, value in attributes if name == key), "")


def hex_id(raw: bytes, length: int) -> str:
    return raw.hex() if len(raw) == length and any(raw) else ""


def is_plausible(nanoseconds: int, received: int) -> bool:
    return YEAR_2000 <= nanoseconds <= received + DAY


def as_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID that ``text`` is in the one form that counts: 8-4-4-4-12 hexadecimal digits."""
    if [len(part) for part in text.split("-")] != [8, 4, 4, 4, 12]:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def expected_rows(signal: str, body: bytes, received: int) -> list[Row]:
    """Return the rows that the request ``body``, received at ``received`` (ns since 1970), must become.

    Raises:
        UndecodableError: it is no request of ``signal``.
    """
    return rows_of(signal, message(DESCRIPTORS[signal], body), received)


def expected_rows_of_json(signal: str, document: bytes, received: int) -> list[Row]:
    """Return the rows that the OTLP/JSON request ``document`` must become."""
    return rows_of(signal, json_message(DESCRIPTORS[signal], json.loads(document)), received)


def rows_of(signal: str, request: Row, received: int) -> list[Row]:
    """Return the rows of a request that is decoded."""
    if signal == "logs":
        return [
            log_row(resource, scope, record, received)
            for resource in request.get("resource_logs", [])
            for scope in resource.get("scope_logs", [])
            for record in scope.get("log_records", [])
        ]
    return [
        span_row(resource, scope, span, received)
        for resource in request.get("resource_spans", [])
        for scope in resource.get("scope_spans", [])
        for span in scope.get("spans", [])
    ]


def log_row(resource_logs: Row, scope_logs: Row, record: Row, received: int) -> Row:
    resource = pairs(resource_logs.get("resource", {}).get("attributes", []))
    scope = scope_logs.get("scope", {})
    attributes = pairs(record.get("attributes", []))
    time, observed = record.get("time_unix_nano", 0), record.get("observed_time_unix_nano", 0)
    severity = record.get("severity_number", 0)
    uid = as_uuid(first(attributes, "log.record.uid"))
    if time and not is_plausible(time, received):
        attributes = [*attributes, ("spanlog.time_unix_nano", str(time))]
    elif uid is not None:
        attributes = [pair for pair in attributes if pair[0] != "log.record.uid"]
    return {
        "Timestamp": next((at for at in (time, observed) if is_plausible(at, received)), received),
        "TraceId": hex_id(record.get("trace_id", b""), 16),
        "SpanId": hex_id(record.get("span_id", b""), 8),
        "TraceFlags": record.get("flags", 0) % 256,
        "SeverityText": record.get("severity_text", ""),
        "SeverityNumber": severity if 0 <= severity <= 24 else 0,
        "ServiceName": first(resource, "service.name"),
        "Body": text_of(record.get("body", {})),
        "ResourceSchemaUrl": resource_logs.get("schema_url", ""),
        "ResourceAttributes": sorted(resource),
        "ScopeSchemaUrl": scope_logs.get("schema_url", ""),
        "ScopeName": scope.get("name", ""),
        "ScopeVersion": scope.get("version", ""),
        "ScopeAttributes": sorted(pairs(scope.get("attributes", []))),
        "LogAttributes": sorted(attributes),
        "EventName": record.get("event_name", ""),
        "LogId": str(uid) if uid is not None else None,
    }


def span_row(resource_spans: Row, scope_spans: Row, span: Row, received: int) -> Row:
    resource = pairs(resource_spans.get("resource", {}).get("attributes", []))
    scope = scope_spans.get("scope", {})
    start, end = span.get("start_time_unix_nano", 0), span.get("end_time_unix_nano", 0)
    attributes = pairs(span.get("attributes", []))
    if not is_plausible(start, received):
        attributes.append(("spanlog.start_time_unix_nano", str(start)))
    lasts = end - start
    if not 0 <= lasts <= received - YEAR_2000 + DAY:
        lasts = 0
        attributes.append(("spanlog.end_time_unix_nano", str(end)))
    status = span.get("status", {})
    kind, code = span.get("kind", 0), status.get("code", 0)
    events, links = span.get("events", []), span.get("links", [])
    return {
        "Timestamp": start if is_plausible(start, received) else received,
        "TraceId": hex_id(span.get("trace_id", b""), 16),
        "SpanId": hex_id(span.get("span_id", b""), 8),
        "ParentSpanId": hex_id(span.get("parent_span_id", b""), 8),
        "TraceState": span.get("trace_state", ""),
        "SpanName": span.get("name", ""),
        "SpanKind": SPAN_KINDS[kind] if 0 <= kind < len(SPAN_KINDS) else SPAN_KINDS[0],
        "ServiceName": first(resource, "service.name"),
        "ResourceAttributes": sorted(resource),
        "ScopeName": scope.get("name", ""),
        "ScopeVersion": scope.get("version", ""),
        "SpanAttributes": sorted(attributes),
        "Duration": lasts,
        "StatusCode": STATUS_CODES[code] if 0 <= code < len(STATUS_CODES) else STATUS_CODES[0],
        "StatusMessage": status.get("message", ""),
        "Events": [event_row(event, received) for event in events],
        "Links": [link_row(link) for link in links],
    }


def event_row(event: Row, received: int) -> Row:
    time = event.get("time_unix_nano", 0)
    attributes = pairs(event.get("attributes", []))
    if time and not is_plausible(time, received):
        attributes.append(("spanlog.time_unix_nano", str(time)))
    return {
        "Timestamp": time if is_plausible(time, received) else received,
        "Name": event.get("name", ""),
        "Attributes": sorted(attributes),
    }


def link_row(link: Row) -> Row:
    return {
        "TraceId": hex_id(link.get("trace_id", b""), 16),
        "SpanId": hex_id(link.get("span_id", b""), 8),
        "TraceState": link.get("trace_state", ""),
        "Attributes": sorted(pairs(link.get("attributes", []))),
    }
