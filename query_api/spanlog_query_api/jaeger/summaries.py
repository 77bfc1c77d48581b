"""Traces as the search of Jaeger UI lists them: counted, not read.

Rule: the summaries of Jaeger's query service.
"""

from typing import Any

from spanlog_query_api.jaeger.reading import find_trace_ids, trace_times
from spanlog_query_api.jaeger.search_question import SearchQuestion
from spanlog_query_api.jaeger.spans import NO_SERVICE_NAME
from spanlog_query_api.queries import QueryRunner, Row

Json = dict[str, Any]


def find_summaries(queries: QueryRunner, question: SearchQuestion) -> list[Json]:
    """Return a summary of each trace that fits ``question``, newest first."""
    trace_ids = find_trace_ids(queries, question)
    times = trace_times(queries, trace_ids)
    if times is None:
        return []
    period = {"trace_ids": trace_ids, "first": times[0], "last": times[1]}
    parts: dict[str, list[Row]] = {}
    for row in queries.run("jaeger_summaries", period):
        parts.setdefault(row["trace_id"], []).append(row)
    orphans = {row["trace_id"]: row["orphans"] for row in queries.run("jaeger_orphans", period)}
    return [
        _summary(trace_id, parts[trace_id], orphans.get(trace_id, 0)) for trace_id in trace_ids if trace_id in parts
    ]


def _summary(trace_id: str, parts: list[Row], orphans: int) -> Json:
    root = min((part for part in parts if part["roots"]), key=lambda part: part["root_start"], default=None)
    found = {
        "rootServiceName": (root["service"] or NO_SERVICE_NAME) if root else "",
        "rootOperationName": root["root_name"] if root else "",
        "spanCount": sum(part["spans"] for part in parts),
        "errorSpanCount": sum(part["errors"] for part in parts),
        "orphanSpanCount": orphans,
    }
    return {
        "traceId": trace_id,
        "minStartTimeUnixNano": str(min(part["start"] for part in parts)),
        "maxEndTimeUnixNano": str(max(part["end"] for part in parts)),
        # What is zero or empty is left out, as in all JSON of protobuf.
        **{name: value for name, value in found.items() if value},
        "services": [_service(part) for part in parts],
    }


def _service(part: Row) -> Json:
    found = {"spanCount": part["spans"], "errorSpanCount": part["errors"]}
    return {"name": part["service"] or NO_SERVICE_NAME, **{name: count for name, count in found.items() if count}}
