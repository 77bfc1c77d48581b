"""Traces out of the store: found, read, and made ready for either version of the API."""

from dataclasses import dataclass, field
from typing import Final

from spanlog_query_api.jaeger.adjust import adjust
from spanlog_query_api.jaeger.search_question import SearchQuestion
from spanlog_query_api.jaeger.spans import NO_SERVICE_NAME, Span, add_logs, row_to_span
from spanlog_query_api.jaeger.values import storable_time
from spanlog_query_api.queries import QueryRunner

MAX_SPANS: Final = 20_000
"""How many spans one answer has."""

MAX_LOGS: Final = 20_000
"""How many log records one answer has."""

MAX_NAMES: Final = 10_000
"""How many services, operations or dependencies one answer has."""

_LOGS_MARGIN_NANOSECONDS: Final = 3600 * 1_000_000_000
"""How far around a trace's spans its log records are looked for: clocks differ, and work goes on after a span's end."""


@dataclass(slots=True)
class FoundTrace:
    """The spans of one trace, at least one, and what is to be said of the trace."""

    spans: list[Span]
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundTraces:
    """Traces in the order asked for; of how many more that were found there was no room for the spans."""

    traces: list[FoundTrace]
    left_out: int


def stored_service(name: str) -> str:
    """Return a service as the store has it."""
    return "" if name == NO_SERVICE_NAME else name


def find_traces(queries: QueryRunner, question: SearchQuestion) -> FoundTraces:
    """Return the traces that fit ``question``, without log records."""
    return read_traces(queries, find_trace_ids(queries, question), raw=question.raw, with_logs=False)


def find_trace_ids(queries: QueryRunner, question: SearchQuestion) -> list[str]:
    """Return the ids of the traces that fit ``question``, newest first."""
    rows = queries.run(
        "jaeger_find_traces",
        {
            "any_service": int(not question.service),
            "service": stored_service(question.service),
            "operation": question.operation,
            "first": question.first,
            "last": question.last,
            "min_duration": question.min_duration,
            "max_duration": question.max_duration,
            "tag_count": len(question.tags),
            "tag_names": list(question.tags),
            "tag_values": list(question.tags.values()),
            "limit": question.limit,
        },
    )
    return [row["trace_id"] for row in rows]


def read_traces(
    queries: QueryRunner, trace_ids: list[str], *, raw: bool = False, with_logs: bool = True
) -> FoundTraces:
    """Return these traces as far as they are stored, in this order.

    There is room for ``MAX_SPANS`` spans: of the first trace as many as fit, with a warning, and of the others those
    that fit whole.
    """
    times = trace_times(queries, trace_ids)
    if times is None:
        return FoundTraces([], 0)
    period = {"trace_ids": trace_ids, "first": times[0], "last": times[1]}
    spans = [row_to_span(row) for row in queries.run("jaeger_spans", {**period, "limit": MAX_SPANS + 1})]
    by_trace: dict[str, list[Span]] = {}
    for span in spans:
        by_trace.setdefault(span.trace_id, []).append(span)
    traces = [FoundTrace(found) for found in by_trace.values()]
    left_out = 0
    if len(spans) > MAX_SPANS:
        if len(traces) == 1:
            traces[0].spans = traces[0].spans[:MAX_SPANS]
            traces[0].warnings.append(f"this trace has more spans than the {MAX_SPANS:,} earliest, which are shown")
        else:
            traces.pop()
        left_out = len(trace_ids) - len(traces)
    if with_logs:
        period |= {
            "first": storable_time(times[0] - _LOGS_MARGIN_NANOSECONDS),
            "last": storable_time(times[1] + _LOGS_MARGIN_NANOSECONDS),
        }
        logs = queries.run("jaeger_logs", {**period, "limit": MAX_LOGS + 1})
        if len(logs) > MAX_LOGS:
            for trace in traces:
                trace.warnings.append(f"there are more log records than the {MAX_LOGS:,} earliest, which are shown")
        add_logs((span for trace in traces for span in trace.spans), logs[:MAX_LOGS])
    if not raw:
        for trace in traces:
            trace.spans = adjust(trace.spans)
    return FoundTraces(traces, left_out)


def trace_times(queries: QueryRunner, trace_ids: list[str]) -> tuple[int, int] | None:
    """Return when the first of these traces begins and the last one ends, None when none is stored."""
    if not trace_ids:
        return None
    rows = queries.run("jaeger_trace_times", {"trace_ids": trace_ids})
    # Spans may be kept longer than their times: those of old traces go row by row, spans when a day's are all old.
    untimed = set(trace_ids) - {row["trace_id"] for row in rows}
    if untimed:
        rows += queries.run("jaeger_span_times", {"trace_ids": sorted(untimed)})
    if not rows:
        return None
    return min(row["first"] for row in rows), max(row["last"] for row in rows)
