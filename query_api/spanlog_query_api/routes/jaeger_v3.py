"""Jaeger's API, version 3: what the newest Jaeger UI searches with.

Not in the OpenAPI document, which describes spanlog's own API: docs/jaeger.md says what is answered here.
"""

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from spanlog_query_api.jaeger.errors import JaegerError, V3Route
from spanlog_query_api.jaeger.naming import list_dependencies, list_operations, list_services
from spanlog_query_api.jaeger.reading import FoundTraces, find_traces, read_traces
from spanlog_query_api.jaeger.search_question import read_v3_search, v3_text, v3_value
from spanlog_query_api.jaeger.summaries import find_summaries
from spanlog_query_api.jaeger.v3_format import spans_to_v3
from spanlog_query_api.jaeger.values import parse_rfc3339, parse_trace_id, parse_truth
from spanlog_query_api.services import QueriesOfRoute

router = APIRouter(prefix="/jaeger/api/v3", route_class=V3Route, include_in_schema=False)


@router.get("/services")
def get_services(queries: QueriesOfRoute) -> Response:
    """Return the services that sent spans."""
    return _answer({"services": list_services(queries)})


@router.get("/operations")
def get_operations(request: Request, queries: QueriesOfRoute) -> Response:
    """Return what a service's spans are called, and of what kind they are."""
    params = request.query_params
    found = list_operations(queries, params.get("service", ""), v3_text(params, "spanKind"))
    # A span that names no kind is an internal one, to Jaeger as to OpenTelemetry.
    return _answer({"operations": [{"name": item.name, "spanKind": item.kind or "internal"} for item in found]})


@router.get("/traces")
def search_traces(request: Request, queries: QueriesOfRoute) -> Response:
    """Return the spans of all traces that fit."""
    return _spans(find_traces(queries, read_v3_search(request.query_params)))


@router.get("/traces/{trace_id}")
def get_trace(trace_id: str, request: Request, queries: QueriesOfRoute) -> Response:
    """Return one trace."""
    params = request.query_params
    try:
        stored_id = parse_trace_id(trace_id)
    except JaegerError as error:
        raise JaegerError(400, f"malformed parameter trace_id: {error}") from None
    # A hint to storages that cannot find a trace without; here they are only checked.
    for name in ("startTime", "endTime"):
        v3_value(params, name, parse_rfc3339, 0)
    return _spans(read_traces(queries, [stored_id], raw=v3_value(params, "rawTraces", parse_truth, False)))


@router.get("/trace-summaries")
def search_summaries(request: Request, queries: QueriesOfRoute) -> Response:
    """Return what is to be said of each trace that fits."""
    return _answer({"summaries": find_summaries(queries, read_v3_search(request.query_params))})


@router.get("/dependencies")
def get_dependencies(request: Request, queries: QueriesOfRoute) -> Response:
    """Return which services call which, and how often."""
    bounds = []
    for name in ("startTime", "endTime"):
        if not v3_text(request.query_params, name):
            raise JaegerError(400, f"missing required parameter: {name}")
        bounds.append(v3_value(request.query_params, name, parse_rfc3339, 0))
    first, last = bounds
    if last <= first:
        raise JaegerError(400, "endTime must be after startTime")
    found = list_dependencies(queries, first, last)
    links = [{"parent": link.parent, "child": link.child, "callCount": str(link.calls)} for link in found]
    return _answer({"dependencies": links})


def _spans(found: FoundTraces) -> Response:
    if not found.traces:
        raise JaegerError(404, "No traces found")
    return _answer({"result": spans_to_v3(span for trace in found.traces for span in trace.spans)})


def _answer(body: dict[str, Any]) -> Response:
    # A sender's half character cannot be written as UTF-8.
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, media_type="application/json")
