"""Jaeger's API, version 1: what its UI up to version 2.16, Grafana and most other clients call.

Not in the OpenAPI document, which describes spanlog's own API: docs/jaeger.md says what is answered here.
"""

import json
import time
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from spanlog_query_api.jaeger.errors import JaegerError, V1Route
from spanlog_query_api.jaeger.naming import list_dependencies, list_operations, list_services
from spanlog_query_api.jaeger.otlp_json import otlp_to_traces
from spanlog_query_api.jaeger.reading import FoundTraces, find_traces, read_traces
from spanlog_query_api.jaeger.search_question import (
    read_v1_search,
    v1_integer,
    v1_time,
    v1_truth,
)
from spanlog_query_api.jaeger.v1_format import Json, envelope, trace_to_v1
from spanlog_query_api.jaeger.values import display_trace_id, parse_trace_id
from spanlog_query_api.services import QueriesOfRoute

router = APIRouter(prefix="/jaeger/api", route_class=V1Route, include_in_schema=False)

_NOT_FOUND: Final = "trace not found"
_NANOSECONDS_PER_MILLISECOND: Final = 1_000_000
_DEFAULT_LOOKBACK_MILLISECONDS: Final = 24 * 3600 * 1000


@router.get("/services")
def get_services(request: Request, queries: QueriesOfRoute) -> Response:
    """Return the services that sent spans."""
    services = list_services(queries)
    return _answer(request, envelope(services, total=len(services)))


@router.get("/services/{service:path}/operations")
def get_operations_of(service: str, request: Request, queries: QueriesOfRoute) -> Response:
    """Return what a service's spans are called."""
    names = list(dict.fromkeys(operation.name for operation in list_operations(queries, service)))
    return _answer(request, envelope(names, total=len(names)))


@router.get("/operations")
def get_operations(request: Request, queries: QueriesOfRoute) -> Response:
    """Return what a service's spans are called, and of what kind they are."""
    service = request.query_params.get("service", "")
    if not service:
        raise JaegerError(400, "parameter 'service' is required")
    kind = request.query_params.get("spanKind", "")
    found = [
        {"name": operation.name, "spanKind": operation.kind} for operation in list_operations(queries, service, kind)
    ]
    return _answer(request, envelope(found, total=len(found)))


@router.get("/traces")
def search_traces(request: Request, queries: QueriesOfRoute) -> Response:
    """Return the traces that fit, or those that are named, with all their spans."""
    search = read_v1_search(request.query_params)
    errors: list[Json] = []
    if search.trace_ids:
        found = read_traces(queries, list(search.trace_ids), raw=search.question.raw)
        there = {trace.spans[0].trace_id for trace in found.traces}
        if not found.left_out:
            errors += [
                {"msg": _NOT_FOUND, "traceID": display_trace_id(trace_id)}
                for trace_id in search.trace_ids
                if trace_id not in there
            ]
    else:
        found = find_traces(queries, search.question)
    if found.left_out:
        errors.append({"msg": f"{found.left_out} more traces were found; there is no room here for all their spans"})
    return _answer(request, envelope(_traces(found, search.question.raw), errors=errors or None))


@router.get("/traces/{trace_id}")
def get_trace(trace_id: str, request: Request, queries: QueriesOfRoute) -> Response:
    """Return one trace."""
    stored_id = parse_trace_id(trace_id)
    # A hint to storages that cannot find a trace without; here they are only checked.
    for name in ("start", "end"):
        v1_time(request.query_params, name)
    raw = v1_truth(request.query_params, "raw")
    found = read_traces(queries, [stored_id], raw=raw)
    if not found.traces:
        raise JaegerError(404, _NOT_FOUND)
    return _answer(request, envelope(_traces(found, raw)))


@router.get("/dependencies")
def get_dependencies(request: Request, queries: QueriesOfRoute) -> Response:
    """Return which services call which, and how often."""
    params = request.query_params
    end = v1_integer(params, "endTs", time.time_ns() // _NANOSECONDS_PER_MILLISECOND) or 0
    lookback = v1_integer(params, "lookback", _DEFAULT_LOOKBACK_MILLISECONDS) or 0
    found = list_dependencies(
        queries, (end - lookback) * _NANOSECONDS_PER_MILLISECOND, end * _NANOSECONDS_PER_MILLISECOND
    )
    service = params.get("service", "")
    links = [
        {"parent": link.parent, "child": link.child, "callCount": link.calls}
        for link in found
        if service in {"", link.parent, link.child}
    ]
    return _answer(request, envelope(links))


@router.get("/metrics/{name}")
def get_metrics(name: str) -> Response:
    """Refuse: there are no metrics of spans here, as in a Jaeger that was given no storage for them."""
    if name not in {"latencies", "calls", "errors", "minstep"}:
        raise JaegerError(404, "404 page not found")
    raise JaegerError(501, "metrics querying is currently disabled")


@router.post("/archive/{trace_id}")
def archive_trace(trace_id: str) -> Response:
    """Refuse: a trace is kept as long as all others."""
    parse_trace_id(trace_id)
    raise JaegerError(501, "archive span storage was not configured")


@router.post("/transform")
async def transform_otlp(request: Request) -> Response:
    """Return the traces of a file in OTLP's JSON, which is not stored."""
    body = await request.body()

    def transform() -> Response:
        try:
            traces = otlp_to_traces(body)
        except ValueError as error:
            raise JaegerError(400, f"cannot unmarshal OTLP : {error}") from None
        return _answer(request, envelope([trace_to_v1(spans, raw=True) for spans in traces]))

    # Such a file may be large, and others wait for this thread.
    return await run_in_threadpool(transform)


def _traces(found: FoundTraces, raw: bool) -> list[Json]:
    return [trace_to_v1(trace.spans, trace.warnings, raw=raw) for trace in found.traces]


def _answer(request: Request, body: Json) -> Response:
    is_pretty = request.query_params.get("prettyPrint", "") not in {"", "false"}
    text = json.dumps(body, ensure_ascii=False, indent=4 if is_pretty else None)
    # A sender's half character cannot be written as UTF-8.
    return Response(text.encode("utf-8", "replace"), media_type="application/json")
