"""Traces."""

from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.models.traces import Trace, TraceList
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.parameters import TraceIdPath
from spanlog_query_api.questions import TraceQuestion
from spanlog_query_api.search.filters import AttributesOfRequest
from spanlog_query_api.services import QueriesOfRoute
from spanlog_query_api.traces.listing import list_traces, read_trace

router = APIRouter(tags=["traces"])


@router.get("/traces", summary="List traces", responses=problem_responses(400, 401, 422, 503))
def get_traces(
    queries: QueriesOfRoute, question: Annotated[TraceQuestion, Query()], attributes: AttributesOfRequest
) -> TraceList:
    """Traces that start in the period [since, until): by default the 24 hours up to now.

    A trace is what spans and log records of one trace id say together; log records alone will do. What lies more
    than a day before or after the period is not looked at here; `GET /traces/{trace_id}` has all of it.

    Any attribute is a filter too: `attr.order_id=42`. One span or record of the trace fulfils `service`, `name` and all
    attributes together; `agent_id`, `error` and the durations are said of the trace as a whole. Pages stay of one
    period: `next_cursor` remembers it.
    """
    return list_traces(queries, question, attributes)


@router.get("/traces/{trace_id}", summary="Read one trace", responses=problem_responses(400, 401, 404, 422, 503))
def get_trace(trace_id: TraceIdPath, queries: QueriesOfRoute) -> Trace:
    """Its spans and log records as one tree.

    A span hangs under its parent span; a record under the record that its `parent_id` names, else under its span.
    Where records name a span that is not stored, a node is made of them: an `operation` when they are those of a
    `spanlog.operation()`, else a `missing` span.
    """
    return read_trace(queries, trace_id)
