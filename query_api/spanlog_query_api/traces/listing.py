"""Traces: a list of them, and one as a tree."""

from typing import Final

from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.traces import Trace, TraceList, TraceListItem
from spanlog_query_api.parameters import period
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import TraceQuestion
from spanlog_query_api.times import DAY_NANOSECONDS, NANOSECONDS_PER_MILLISECOND, format_time
from spanlog_query_api.titles import first_line
from spanlog_query_api.traces.rows import row_to_log, row_to_span
from spanlog_query_api.traces.tree import MAX_NODES, build_tree

LIST_MARGIN_NANOSECONDS: Final = DAY_NANOSECONDS
"""How far around the period a list looks for the beginnings and ends of its traces."""


def list_traces(queries: QueryRunner, question: TraceQuestion) -> TraceList:
    """Return the traces that start in the period of ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins.
    """
    since, until = period(question.since, question.until)
    rows = queries.run(
        "list_traces",
        {
            "since": since,
            "until": until,
            "margin": LIST_MARGIN_NANOSECONDS,
            "agent_id": question.agent_id,
            "order": question.order,
            "limit": question.limit,
        },
    )
    names: dict[str, str] = {}
    if rows:
        named = queries.run(
            "trace_names",
            {
                "trace_ids": [row["trace_id"] for row in rows],
                "first": min(row["start_unix_nano"] for row in rows),
                "last": max(row["start_unix_nano"] + row["duration_nano"] for row in rows),
            },
        )
        names = {row["trace_id"]: first_line(row["root_name"]) for row in named}
    return TraceList(
        items=[
            TraceListItem(
                trace_id=row["trace_id"],
                root_name=names.get(row["trace_id"], ""),
                agents=row["agents"],
                start=format_time(row["start_unix_nano"]),
                duration_ms=row["duration_nano"] / NANOSECONDS_PER_MILLISECOND,
                span_count=row["span_count"],
                log_count=row["log_count"],
                error_count=row["error_count"],
            )
            for row in rows
        ]
    )


def read_trace(queries: QueryRunner, trace_id: str) -> Trace:
    """Return the trace of these 32 hex digits.

    Raises:
        NotFoundError: nothing is stored of it.
    """
    totals = queries.run("trace_totals", {"trace_id": trace_id})
    if not totals:
        raise NotFoundError(f"there is no trace {trace_id}")
    whole = totals[0]
    parameters = {
        "trace_id": trace_id,
        "first": whole["start_unix_nano"],
        "last": whole["end_unix_nano"],
        # One more than there is room for tells that there is more.
        "limit": MAX_NODES + 1,
    }
    tree = build_tree(
        [row_to_span(row) for row in queries.run("trace_spans", parameters)],
        [row_to_log(row) for row in queries.run("trace_logs", parameters)],
    )
    return Trace(
        trace_id=trace_id,
        start=format_time(whole["start_unix_nano"]),
        end=format_time(whole["end_unix_nano"]),
        duration_ms=(whole["end_unix_nano"] - whole["start_unix_nano"]) / NANOSECONDS_PER_MILLISECOND,
        span_count=whole["span_count"],
        log_count=whole["log_count"],
        error_count=whole["error_count"],
        agents=whole["agents"],
        truncated=tree.is_truncated,
        roots=tree.roots,
    )
