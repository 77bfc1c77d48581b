"""OTLP's JSON → spans: files that people open in Jaeger UI, which has them transformed here. Nothing is stored.

Values become text as in the store: bytes in base64, arrays and maps as JSON.
"""

import json
from typing import Any, Final

from spanlog_query_api.jaeger.spans import KINDS, NO_SERVICE_NAME, SERVICE_NAME, Event, Link, Span

_STATUSES: Final = ("Unset", "Ok", "Error")
_MAX_DEPTH: Final = 64

Json = dict[str, Any]


def otlp_to_traces(body: bytes) -> list[list[Span]]:
    """Return the spans of each trace, in the order in which the traces begin in the file.

    Raises:
        ValueError: it is no JSON, or not of OTLP's shape.
    """
    try:
        content = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    traces: dict[str, list[Span]] = {}
    for group in _objects({"": content}, "", one=True):
        for resource_spans in _objects(group, "resourceSpans"):
            resource = dict(_attributes(_object(resource_spans, "resource")))
            for scope_spans in _objects(resource_spans, "scopeSpans"):
                scope = _object(scope_spans, "scope")
                for item in _objects(scope_spans, "spans"):
                    span = _span(item, resource, scope)
                    traces.setdefault(span.trace_id, []).append(span)
    return list(traces.values())


def _span(item: Json, resource: dict[str, str], scope: Json) -> Span:
    start, end = _integer(item, "startTimeUnixNano"), _integer(item, "endTimeUnixNano")
    status = _object(item, "status")
    return Span(
        trace_id=_text(item, "traceId").lower(),
        span_id=_text(item, "spanId").lower(),
        parent_span_id=_text(item, "parentSpanId").lower(),
        trace_state=_text(item, "traceState"),
        name=_text(item, "name"),
        kind=KINDS[_enum(item, "kind", "SPAN_KIND_", KINDS)],
        service=resource.get(SERVICE_NAME, NO_SERVICE_NAME),
        resource=resource,
        scope_name=_text(scope, "name"),
        scope_version=_text(scope, "version"),
        attributes=dict(_attributes(item)),
        start=start,
        duration=max(0, end - start),
        status=_STATUSES[_enum(status, "code", "STATUS_CODE_", _STATUSES)],
        status_message=_text(status, "message"),
        events=[
            Event(_integer(event, "timeUnixNano"), _text(event, "name"), _attributes(event))
            for event in _objects(item, "events")
        ],
        links=[
            Link(
                _text(link, "traceId").lower(),
                _text(link, "spanId").lower(),
                _text(link, "traceState"),
                dict(_attributes(link)),
            )
            for link in _objects(item, "links")
        ],
    )


def _attributes(holder: Json) -> list[tuple[str, str]]:
    found = []
    for item in _objects(holder, "attributes"):
        value = _value(_object(item, "value"), _MAX_DEPTH)
        is_text = isinstance(value, str)
        found.append((_text(item, "key"), value if is_text else json.dumps(value, separators=(",", ":"))))
    # Sorted, as in the store.
    return sorted(found)


def _value(value: Json, depth: int) -> Any:
    """Return a value as what JSON has for it; nothing is the empty text."""
    if depth == 0:
        raise ValueError("an attribute is nested too deeply")
    for name, found in value.items():
        match name, found:
            case "intValue", str() | int():
                return int(found)
            case "arrayValue", dict():
                return [_value(item, depth - 1) for item in _objects(found, "values")]
            case "kvlistValue", dict():
                items = _objects(found, "values")
                return {_text(item, "key"): _value(_object(item, "value"), depth - 1) for item in items}
            case "doubleValue", float() if found.is_integer():
                return int(found)
            case "stringValue" | "bytesValue" | "boolValue" | "doubleValue", str() | bool() | float() | int():
                return found
    return ""


def _objects(holder: Json, name: str, *, one: bool = False) -> list[Json]:
    found = holder.get(name)
    items = [found] if one else found or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{name or 'it'} is not {'an object' if one else 'a list of objects'}")
    return items


def _object(holder: Json, name: str) -> Json:
    return _objects({name: holder.get(name) or {}}, name, one=True)[0]


def _text(holder: Json, name: str) -> str:
    found = holder.get(name) or ""
    if not isinstance(found, str):
        raise ValueError(f"{name} is not a text")  # noqa: TRY004 - a mistake of the file's, not of a caller's
    return found


def _integer(holder: Json, name: str) -> int:
    found = holder.get(name) or 0
    if isinstance(found, bool) or not isinstance(found, int | str) or len(str(found)) > len(str(2**64)):
        raise ValueError(f"{name} is not a whole number")
    return int(found)


def _enum(holder: Json, name: str, prefix: str, names: tuple[str, ...]) -> int:
    """Return the place of a value in ``names``, given by number or by OTLP's name; the first for what is neither."""
    found = holder.get(name)
    if isinstance(found, str):
        found = next((place for place, known in enumerate(names) if found == f"{prefix}{known.upper()}"), 0)
    return found if isinstance(found, int) and 0 <= found < len(names) else 0
