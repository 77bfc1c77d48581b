"""Rows of what sessions amount to → sessions."""

from collections.abc import Sequence

from spanlog_query_api.models.sessions import Session
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND, format_time

_NO_USAGE: Row = {"input_tokens": None, "output_tokens": None, "cost": None, "models": []}


def read_sessions(queries: QueryRunner, session_keys: Sequence[str], since: int, until: int) -> dict[str, Session]:
    """Return those of ``session_keys`` that have records or spans in [since, until), nanoseconds, each by its key."""
    totals = queries.run("session_totals", {"session_keys": list(session_keys), "since": since, "until": until})
    if not totals:
        return {}
    # No attribute is looked for where no record lies. A span's end may lie after the period, and its start does not.
    first = min(row["first_unix_nano"] for row in totals)
    last = min(until, max(row["last_unix_nano"] for row in totals) + 1)
    parameters = {"session_keys": list(session_keys), "since": first, "until": last}
    usage = {row["session_key"]: row for row in queries.run("session_usage", parameters)}
    return {row["session_key"]: _session(row, usage.get(row["session_key"], _NO_USAGE)) for row in totals}


def cost_of(row: Row) -> float | None:
    """Return what a row says that it cost, which the engine adds up in decimals."""
    return None if row["cost"] is None else float(row["cost"])


def _session(row: Row, usage: Row) -> Session:
    first, last = row["first_unix_nano"], row["last_unix_nano"]
    return Session(
        session_key=row["session_key"],
        agents=row["agents"],
        first_seen=format_time(first),
        last_seen=format_time(last),
        duration_ms=(last - first) / NANOSECONDS_PER_MILLISECOND,
        log_count=row["log_count"],
        span_count=row["span_count"],
        error_count=row["error_count"],
        trace_count=row["trace_count"],
        input_tokens=usage["input_tokens"],
        output_tokens=usage["output_tokens"],
        cost=cost_of(usage),
        models=usage["models"],
    )
