"""Spans → OTLP JSON, as Jaeger's v3 API gives them: ids in hex, whole numbers of 64 bits as text, enums as numbers.

Attributes are text in the store, so every value is a ``stringValue``, whatever it was sent as.
"""

from collections.abc import Iterable
from typing import Any, Final

from spanlog_query_api.jaeger.spans import KINDS, Event, Link, Span

_WARNINGS: Final = "@jaeger@warnings"
_STATUS_CODES: Final = {"Ok": 1, "Error": 2}
_LAST_UNIX_NANO: Final = 2**63 - 1
"""The engine's last moment; a span that claims to end after it ends at it."""

Json = dict[str, Any]


def spans_to_v3(spans: Iterable[Span]) -> Json:
    """Return the spans, those of one resource and of one scope together, each where its first one was."""
    resources: dict[tuple[tuple[str, str], ...], tuple[Json, dict[tuple[str, str], Json]]] = {}
    for span in spans:
        key = tuple(sorted(span.resource.items()))
        if key not in resources:
            resources[key] = ({"resource": {"attributes": _attributes(key)}, "scopeSpans": []}, {})
        group, scopes = resources[key]
        scope_key = (span.scope_name, span.scope_version)
        if scope_key not in scopes:
            scope = {"name": span.scope_name, "version": span.scope_version}
            scopes[scope_key] = {"scope": {name: value for name, value in scope.items() if value}, "spans": []}
            group["scopeSpans"].append(scopes[scope_key])
        scopes[scope_key]["spans"].append(_span_to_v3(span))
    return {"resourceSpans": [group for group, _ in resources.values()]}


def _span_to_v3(span: Span) -> Json:
    found: Json = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "traceState": span.trace_state,
        "parentSpanId": span.parent_span_id,
        "name": span.name,
        "kind": KINDS.index(span.kind),
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(min(span.start + span.duration, _LAST_UNIX_NANO)),
        "attributes": _attributes(span.attributes.items()),
        "events": [_event(event) for event in span.events],
        "links": [_link(link) for link in span.links],
    }
    if span.warnings:
        values = [{"stringValue": warning} for warning in span.warnings]
        found["attributes"].append({"key": _WARNINGS, "value": {"arrayValue": {"values": values}}})
    status = {"message": span.status_message, "code": _STATUS_CODES.get(span.status, 0)}
    # What is empty is left out, as in all JSON of protobuf; the status is there always.
    return {name: value for name, value in found.items() if value} | {
        "status": {name: value for name, value in status.items() if value}
    }


def _event(event: Event) -> Json:
    found: Json = {"timeUnixNano": str(event.time), "name": event.name, "attributes": _attributes(event.attributes)}
    return {name: value for name, value in found.items() if value}


def _link(link: Link) -> Json:
    found: Json = {
        "traceId": link.trace_id,
        "spanId": link.span_id,
        "traceState": link.trace_state,
        "attributes": _attributes(link.attributes.items()),
    }
    return {name: value for name, value in found.items() if value}


def _attributes(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in pairs]
