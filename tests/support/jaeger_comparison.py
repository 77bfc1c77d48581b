"""Answers of two Jaegers made comparable: what has no order in the one is sorted in both, what is by right different
is made alike. docs/jaeger.md lists each difference with its reason; there is nothing here that is not there."""

import base64
import json
import math
from typing import Any

from jaeger_traffic import SERVICES

_LISTS = {"data", "services", "operations", "attributes", "tags", "fields", "events", "warnings"}


def comparable(status: int, body: bytes) -> dict[str, Any]:
    """Return an answer with its lists in one order, as it can be kept in a file."""
    try:
        content = json.loads(body)
    except ValueError:
        content = body.decode()
    return {"status": status, "body": _ordered(content)}


def our_answer(status: int, body: bytes) -> dict[str, Any]:
    """Return our answer to compare, without what other tests left in the store."""
    found = _of_the_traffic(json.loads(body))
    return {"status": status, "body": _ordered(_json_texts_in_order(found))}


def as_the_store_has_it(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a real Jaeger's answer as it is after its attributes were text."""
    status, body = answer["status"], answer["body"]
    if isinstance(body, dict) and body.get("errors", 0) is None and body["data"] is None:
        # An empty list of Go's.
        body = {**body, "data": []}
    return {"status": status, "body": _ordered(_json_texts_in_order(_as_we_say_it(_as_text(body))))}


def trace_ids(answer: dict[str, Any]) -> set[str]:
    """Return which traces a search of the v1 API found."""
    return {trace["traceID"] for trace in answer["body"]["data"]}


def _ordered(content: Any) -> Any:
    """Sort what Jaeger gives in the order of a hash table, and put each process into its spans."""
    match content:
        case {"traceID": _, "spans": [*spans], "processes": processes, "warnings": warnings}:
            shown = [
                {**{k: _ordered(v) for k, v in span.items() if k != "processID"},
                 "process": _ordered(processes[span["processID"]])}
                for span in spans
            ]  # fmt: skip
            return {"traceID": content["traceID"], "warnings": warnings, "spans": sorted(shown, key=_text)}
        case {"result": {"resourceSpans": groups}}:
            # One span with its resource and scope at a time: how they are grouped is the storage's business.
            return {
                "result": sorted(
                    (
                        {
                            "resource": _ordered(group["resource"]),
                            "scope": part.get("scope", {}),
                            "span": _ordered(span),
                        }
                        for group in groups
                        for part in group["scopeSpans"]
                        for span in part["spans"]
                    ),
                    key=_text,
                )
            }
        case dict():
            return {
                key: sorted((_ordered(item) for item in value), key=_text)
                if key in _LISTS and isinstance(value, list)
                else _ordered(value)
                for key, value in content.items()
            }
        case list():
            return [_ordered(item) for item in content]
        case _:
            return content


def _of_the_traffic(content: Any) -> Any:
    """Leave out the services of other tests where services are listed."""
    match content:
        case {"data": [str(), *_] as names} if SERVICES & set(names):
            kept = [name for name in names if name in SERVICES]
            return {**content, "data": kept, "total": len(kept)}
        case {"services": [str(), *_] as names}:
            return {"services": [name for name in names if name in SERVICES]}
        case _:
            return content


def _as_text(content: Any) -> Any:
    match content:
        case {"key": "error", "type": "bool", "value": True}:
            return content
        case {"key": key, "type": kind, "value": value}:
            return {"key": key, "type": "string", "value": _tag_text(kind, value)}
        case {"key": key, "value": {**value}} if key != "@jaeger@warnings":
            return {"key": key, "value": {"stringValue": _otlp_text(value)}}
        case dict():
            return {key: _as_text(value) for key, value in content.items()}
        case list():
            return [_as_text(item) for item in content]
        case _:
            return content


def _as_we_say_it(content: Any) -> Any:
    """Put in the words of later versions, and leave out what is said of spans that took no time."""
    match content:
        case str() if content.startswith("invalid parent span IDs="):
            span_id = content.partition("=")[2].partition(";")[0]
            return f"parent span ID={span_id} is not in the trace; skipping clock skew adjustment"
        case {"warnings": [str(first)], **rest} if first.startswith("Negative duration detected"):
            return {**{key: _as_we_say_it(value) for key, value in rest.items()}, "warnings": None}
        case {"key": "@jaeger@warnings", "value": {"arrayValue": {"values": values}}}:
            # The storage in memory has a span's warnings once more each time that it was read.
            said = dict.fromkeys(value["stringValue"] for value in values)
            return {**content, "value": {"arrayValue": {"values": [{"stringValue": text} for text in said]}}}
        case {"data": [{"parent": _}, *_] as links, **rest}:
            # That a service calls itself is none of what depends on what.
            return {**rest, "data": [link for link in links if link["parent"] != link["child"]]}
        case dict():
            return {key: _as_we_say_it(value) for key, value in content.items()}
        case list():
            return [_as_we_say_it(item) for item in content]
        case "query.start_time_min and query.start_time_max are required":
            return "query.startTimeMin and query.startTimeMax are required"
        case _:
            return content


def _json_texts_in_order(content: Any) -> Any:
    """Sort the names in objects that attributes hold as text."""
    match content:
        case str() if content.startswith('{"'):
            return json.dumps(json.loads(content), sort_keys=True)
        case dict():
            return {key: _json_texts_in_order(value) for key, value in content.items()}
        case list():
            return [_json_texts_in_order(item) for item in content]
        case _:
            return content


def _tag_text(kind: str, value: Any) -> str:
    match kind, value:
        case _, bool():
            return str(value).lower()
        case "float64", float() | int():
            return _number(float(value))
        case _:
            return str(value)


def _otlp_text(value: dict[str, Any]) -> str:
    match value:
        case {"boolValue": bool(found)}:
            return str(found).lower()
        case {"doubleValue": found}:
            return _number(float(found))
        case {"bytesValue": found}:
            return base64.b64encode(base64.b64decode(found)).decode()
        case {"arrayValue": {**found}}:
            return json.dumps([_plain(item) for item in found.get("values", [])], separators=(",", ":"))
        case {"kvlistValue": {**found}}:
            items = {item["key"]: _plain(item["value"]) for item in found.get("values", [])}
            return json.dumps(items, separators=(",", ":"))
        case {"stringValue": found} | {"intValue": found}:
            return str(found)
        case _:
            return ""


def _plain(value: dict[str, Any]) -> Any:
    return int(value["intValue"]) if "intValue" in value else next(iter(value.values()))


def _number(value: float) -> str:
    return str(int(value)) if math.isfinite(value) and value.is_integer() else repr(value)


def _text(item: Any) -> str:
    return json.dumps(item, sort_keys=True)
