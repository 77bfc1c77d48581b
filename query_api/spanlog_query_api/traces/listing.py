"""Traces: a list of them, and one as a tree."""

import time
from collections.abc import Sequence
from typing import Final

from spanlog_collector.storage import QueryLimits
from spanlog_query_api.errors import InvalidParameterError, NotFoundError
from spanlog_query_api.models.traces import Trace, TraceList, TraceListItem
from spanlog_query_api.parameters import period
from spanlog_query_api.pinned_cursors import PinnedCursor, read_pinned_cursor
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import TraceQuestion
from spanlog_query_api.search import message
from spanlog_query_api.search.conditions import Condition, Expression, all_of
from spanlog_query_api.search.fields import attribute_is
from spanlog_query_api.times import DAY_NANOSECONDS, NANOSECONDS_PER_MILLISECOND, format_time
from spanlog_query_api.titles import first_line
from spanlog_query_api.traces.rows import row_to_log, row_to_span
from spanlog_query_api.traces.totals import count_rows, trace_totals
from spanlog_query_api.traces.tree import MAX_NODES, build_tree
from spanlog_query_api.windows import window_starts

LIST_MARGIN_NANOSECONDS: Final = DAY_NANOSECONDS
"""How far around the period a list looks for the beginnings and ends of its traces."""

_MAX_SECONDS: Final = QueryLimits().max_seconds
"""For all queries of one list together."""
_LAST_SECONDS: Final = 1.0
"""What a query gets that begins when that time is nearly over."""

_LONGEST: Final = 2**63 - 1
_KEYS: Final = {"start": "start_unix_nano", "duration": "duration_nano"}


def list_traces(queries: QueryRunner, question: TraceQuestion, attributes: Sequence[tuple[str, str]] = ()) -> TraceList:
    """Return a page of the traces that start in the period of ``question``.

    Args:
        queries: What to ask by.
        question: Which traces.
        attributes: Names and values; a span or record of the trace has all of them.

    Raises:
        InvalidParameterError: the period or the durations end before they begin, or the cursor is none.
        QueryTooLargeError: stopped at a limit, that of the time after half a minute.
    """
    lowest, highest = question.min_duration or 0, question.max_duration
    if highest is not None and lowest > highest:
        raise InvalidParameterError("min_duration", "must not be longer than max_duration")
    cursor = read_pinned_cursor(question.cursor, question.order, question.since, question.until)
    since, until = (cursor.since, cursor.until) if cursor else period(question.since, question.until)
    deadline = time.monotonic() + _MAX_SECONDS
    rows = _rows(queries, question, attributes, (since, until), cursor, deadline=deadline)
    page = rows[: question.limit]
    figures = _figures(queries, page, until, deadline)
    last = page[-1] if len(rows) > question.limit else None
    return TraceList(
        items=[
            TraceListItem(
                trace_id=row["trace_id"],
                root_name=first_line(figures[row["trace_id"]]["root_name"]),
                agents=figures[row["trace_id"]]["agents"],
                start=format_time(row["start_unix_nano"]),
                duration_ms=row["duration_nano"] / NANOSECONDS_PER_MILLISECOND,
                span_count=figures[row["trace_id"]]["span_count"],
                log_count=figures[row["trace_id"]]["log_count"],
                error_count=figures[row["trace_id"]]["error_count"],
            )
            for row in page
            # One may have been deleted meanwhile.
            if row["trace_id"] in figures
        ],
        next_cursor=PinnedCursor(question.order, since, until, last[_KEYS[question.order]], last["trace_id"]).text()
        if last
        else None,
    )


def _figures(queries: QueryRunner, page: Sequence[Row], until: int, deadline: float) -> dict[str, Row]:
    """Return by its id what is told of each trace of a page beyond what chose it."""
    if not page:
        return {}
    ends = [row["start_unix_nano"] + row["duration_nano"] for row in page]
    rows = queries.run(
        "trace_figures",
        {
            "trace_ids": [row["trace_id"] for row in page],
            "first": min(row["start_unix_nano"] for row in page),
            "last": min(max(ends), until + LIST_MARGIN_NANOSECONDS),
        },
        _limits(deadline),
    )
    return {row["trace_id"]: row for row in rows}


def _limits(deadline: float) -> QueryLimits:
    return QueryLimits(max_seconds=max(deadline - time.monotonic(), _LAST_SECONDS))


def _rows(  # noqa: PLR0913 - one place asks it
    queries: QueryRunner,
    question: TraceQuestion,
    attributes: Sequence[tuple[str, str]],
    period_asked: tuple[int, int],
    cursor: PinnedCursor | None,
    *,
    deadline: float,
) -> list[Row]:
    """Return one trace more than fit the page, if there are."""
    since, until = period_asked
    on_records, on_spans = _conditions(question, attributes)
    has_condition = bool(attributes or question.service or question.name)
    rows: list[Row] = []
    if question.order == "start":
        starts = window_starts(since, min(until, cursor.key + 1) if cursor else until)
    else:
        starts = iter((since,))
    for start in starts:
        rows = queries.run(
            "list_traces",
            {
                "since": start,
                "until": until,
                "margin": LIST_MARGIN_NANOSECONDS,
                "agent_id": question.agent_id,
                "error": "" if question.error is None else str(question.error).lower(),
                "min_duration": question.min_duration or 0,
                "max_duration": _LONGEST if question.max_duration is None else question.max_duration,
                "order": question.order,
                "before": cursor.key if cursor else _LONGEST,
                "before_id": cursor.id if cursor else "",
                "limit": question.limit + 1,
                # To look first for the traces of a period is worth it where the margin is the larger part.
                "is_every": not has_condition and until - start >= LIST_MARGIN_NANOSECONDS,
            },
            _limits(deadline),
            condition=on_records,
            span_condition=on_spans,
        )
        if len(rows) > question.limit:
            break
    return rows


def _conditions(question: TraceQuestion, attributes: Sequence[tuple[str, str]]) -> tuple[Condition, Condition]:
    """Return what a record must fulfil, or a span, so that its trace is meant."""
    on_records: list[Condition] = [attribute_is(name, value) for name, value in attributes]
    on_spans: list[Condition] = [
        Expression("span_of_attribute", {"name": name, "value": value}) for name, value in attributes
    ]
    if question.service:
        on_records.append(Expression("service_is", {"value": question.service}))
        on_spans.append(Expression("span_of_service", {"value": question.service}))
    if question.name:
        pattern = {"pattern": message.stars_to_like(question.name)}
        on_records.append(Expression("operation_like", pattern))
        on_spans.append(Expression("span_of_name", pattern))
    return all_of(*on_records), all_of(*on_spans)


def read_trace(queries: QueryRunner, trace_id: str) -> Trace:
    """Return the trace of these 32 hex digits.

    Raises:
        NotFoundError: nothing is stored of it.
    """
    # One more than there is room for tells that there is more.
    asked = {"trace_id": trace_id, "limit": MAX_NODES + 1}
    spans = [row_to_span(row) for row in queries.run("trace_spans", asked)]
    logs = [row_to_log(row) for row in queries.run("trace_logs", asked)]
    if max(len(spans), len(logs)) > MAX_NODES:
        whole = trace_totals(queries.run("trace_totals", {"trace_id": trace_id})[0])
    else:
        # All of it has been read, and need not be read again to be counted.
        whole = count_rows(spans, logs)
    if not whole.span_count + whole.log_count:
        raise NotFoundError(f"there is no trace {trace_id}")
    tree = build_tree(spans, logs)
    return Trace(
        trace_id=trace_id,
        start=format_time(whole.start),
        end=format_time(whole.end),
        duration_ms=(whole.end - whole.start) / NANOSECONDS_PER_MILLISECOND,
        span_count=whole.span_count,
        log_count=whole.log_count,
        error_count=whole.error_count,
        agents=whole.agents,
        truncated=tree.is_truncated,
        roots=tree.roots,
    )
