"""Records of a period by agent and level: exact to the nanosecond, and cheap at any size."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.severity import LEVELS
from spanlog_query_api.times import NANOSECONDS_PER_SECOND
from spanlog_query_api.whole_hours import Span

Counts = dict[str, dict[str, int]]
"""By agent, then by level; each level named."""

STEP_NANOSECONDS: Final = 300 * NANOSECONDS_PER_SECOND
"""What ``spanlog_counts`` counts by."""

_FIRST_STEP: Final = 1
_LAST_STEP: Final = 2

_MAX_UNIX_SECONDS: Final = 2**32 - 1
"""The last second that the engine's DateTime holds."""


def count_records(queries: QueryRunner, since: int, until: int, agent_id: str) -> Counts:
    """Return the records of [since, until), nanoseconds since 1970, of one agent if ``agent_id`` is set."""
    whole, edges = split_at_edges(
        queries.run("counted_logs", {**steps(since, until), "agent_id": agent_id}), since, until
    )
    counts: Counts = defaultdict(lambda: dict.fromkeys(LEVELS, 0))
    for row in whole:
        counts[row["agent_id"]][row["level"]] += row["records"]
    for edge in edges:
        for row in queries.run("edge_logs", {"since": edge.since, "until": edge.until, "agent_id": agent_id}):
            counts[row["agent_id"]][row["level"]] += row["records"]
    return dict(counts)


def steps(since: int, until: int) -> dict[str, int]:
    """Return what a query of counted records binds: the steps that [since, until) begins and ends in."""
    return {"first_step": _seconds(_step(since)), "last_step": _seconds(_step(until))}


def split_at_edges(rows: Sequence[Row], since: int, until: int) -> tuple[list[Row], list[Span]]:
    """Return those of ``rows`` that are of [since, until) as they stand, and what is left to be counted one by one.

    A step that an edge lies in is taken from the counts too when what is counted in it lies wholly on one side of the
    edge, which the counts' first and last times tell; so for a period that ends now no record is read at all.
    """
    first_step, last_step = _step(since), _step(until)
    is_cut_at_since = any(row["first"] < since <= row["last"] for row in rows)
    is_cut_at_until = any(row["first"] < until <= row["last"] for row in rows)
    if first_step == last_step:
        is_cut_at_since = is_cut_at_since or is_cut_at_until
        edges = [Span(since, until)] if is_cut_at_since else []
    else:
        edges = [Span(since, first_step + STEP_NANOSECONDS)] if is_cut_at_since else []
        edges += [Span(last_step, until)] if is_cut_at_until else []
    is_cut = {_FIRST_STEP: is_cut_at_since, _LAST_STEP: is_cut_at_until}
    return [row for row in rows if not is_cut.get(row["step"]) and since <= row["first"] < until], edges


def _step(unix_nano: int) -> int:
    return unix_nano - unix_nano % STEP_NANOSECONDS


def _seconds(unix_nano: int) -> int:
    return min(unix_nano // NANOSECONDS_PER_SECOND, _MAX_UNIX_SECONDS)
