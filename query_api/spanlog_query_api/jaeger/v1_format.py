"""Spans → Jaeger's v1 JSON.

Rules: the OpenTelemetry Collector's translation of OTLP into Jaeger's model, and Jaeger's model for its UI. Attributes
are text in the store, so their tags are of type ``string``, whatever they were sent as; only what Jaeger derives
(``error``) has a type of its own.
"""

from collections.abc import Iterable
from typing import Any, Final

from spanlog_query_api.jaeger.spans import KINDS, SERVICE_NAME, Event, Span
from spanlog_query_api.jaeger.values import display_span_id, display_trace_id

_NANOSECONDS_PER_MICROSECOND: Final = 1000
_REF_TYPE: Final = "opentracing.ref_type"

Json = dict[str, Any]


def envelope(data: object, *, total: int = 0, errors: list[Json] | None = None) -> Json:
    """Return the body of an answer of the v1 API."""
    return {"data": data, "total": total, "limit": 0, "offset": 0, "errors": errors}


def trace_to_v1(spans: list[Span], warnings: list[str] | None = None, *, raw: bool = False) -> Json:
    """Return one trace; ``spans`` are all of one trace, and at least one. With ``raw`` their references as sent."""
    processes: dict[tuple[tuple[str, str], ...], str] = {}
    described: dict[str, Json] = {}
    shown = []
    for span in spans:
        key = tuple(sorted(span.resource.items()))
        process_id = processes.get(key)
        if process_id is None:
            process_id = processes[key] = f"p{len(processes) + 1}"
            described[process_id] = {
                "serviceName": span.service,
                "tags": [_tag(name, value) for name, value in key if name != SERVICE_NAME],
            }
        shown.append(_span_to_v1(span, process_id, raw))
    return {
        "traceID": display_trace_id(spans[0].trace_id),
        "spans": shown,
        "processes": described,
        "warnings": warnings or None,
    }


def _span_to_v1(span: Span, process_id: str, raw: bool) -> Json:
    return {
        "traceID": display_trace_id(span.trace_id),
        "spanID": display_span_id(span.span_id),
        "operationName": span.name,
        "references": _references(span) if raw else _parent_first(_references(span), span),
        "startTime": span.start // _NANOSECONDS_PER_MICROSECOND,
        "duration": span.duration // _NANOSECONDS_PER_MICROSECOND,
        "tags": _tags(span),
        "logs": [_log(event) for event in span.events],
        "processID": process_id,
        "warnings": span.warnings or None,
    }


def _references(span: Span) -> list[Json]:
    found = []
    if span.parent_span_id:
        found.append(_reference("CHILD_OF", span.trace_id, span.parent_span_id))
    for link in span.links:
        kind = "CHILD_OF" if link.attributes.get(_REF_TYPE) == "child_of" else "FOLLOWS_FROM"
        if span.parent_span_id and (link.trace_id, link.span_id) == (span.trace_id, span.parent_span_id):
            # The parent is there already; the link says what it is to the span.
            found[0]["refType"] = kind
        else:
            found.append(_reference(kind, link.trace_id, link.span_id))
    return found


def _parent_first(found: list[Json], span: Span) -> list[Json]:
    own = [ref for ref in found if ref["traceID"] == display_trace_id(span.trace_id)]
    if own:
        # The UI takes the first for the parent.
        first = next((ref for ref in own if ref["refType"] == "CHILD_OF"), own[0])
        place = next(index for index, ref in enumerate(found) if ref is first)
        found[0], found[place] = found[place], found[0]
    return found


def _reference(kind: str, trace_id: str, span_id: str) -> Json:
    return {"refType": kind, "traceID": display_trace_id(trace_id), "spanID": display_span_id(span_id)}


def _tags(span: Span) -> list[Json]:
    tags = [_tag(name, value) for name, value in span.attributes.items()]
    tags += [_tag(name, value) for name, value in derived_tags(span) if value]
    if span.status == "Error":
        tags.append({"key": "error", "type": "bool", "value": True})
    return _sorted(tags)


def derived_tags(span: Span) -> Iterable[tuple[str, str]]:
    """Give what Jaeger shows as tags though it was sent as fields, empty where there was none."""
    return (
        ("otel.scope.name", span.scope_name),
        ("otel.scope.version", span.scope_version),
        ("span.kind", span.kind if span.kind != KINDS[0] else ""),
        ("otel.status_code", span.status.upper() if span.status in {"Ok", "Error"} else ""),
        ("otel.status_description", span.status_message),
        ("w3c.tracestate", span.trace_state),
    )


def _log(event: Event) -> Json:
    fields = _sorted([_tag(name, value) for name, value in event.attributes])
    if event.name and not any(name == "event" for name, _ in event.attributes):
        fields.insert(0, _tag("event", event.name))
    else:
        fields.sort(key=lambda tag: tag["key"] != "event")
    return {"timestamp": event.time // _NANOSECONDS_PER_MICROSECOND, "fields": fields}


def _tag(name: str, value: str) -> Json:
    return {"key": name, "type": "string", "value": value}


def _sorted(tags: list[Json]) -> list[Json]:
    # Of one name the texts come before the rest, as Jaeger has it.
    return sorted(tags, key=lambda tag: (tag["key"], tag["type"] != "string", str(tag["value"])))
