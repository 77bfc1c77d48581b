"""Where a period cuts through the five minutes that are counted already, so that it is counted exactly and cheaply."""

from typing import Any, Final

from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.times import NANOSECONDS_PER_SECOND

STEP_NANOSECONDS: Final = 300 * NANOSECONDS_PER_SECOND
"""What ``spanlog_log_counts`` counts by."""

_MAX_UNIX_SECONDS: Final = 2**32 - 1
"""The last second that the engine's DateTime holds."""


def counted_period(queries: QueryRunner, since: int, until: int) -> dict[str, Any]:
    """Return what ``summary_agents.sql`` binds for the period [since, until), in nanoseconds since 1970.

    Whole steps are taken from the counts. A step that an edge lies in is taken too when what is counted in it lies
    wholly on one side of the edge, which the counts' first and last times tell; so for a period that ends now no record
    is read at all. Otherwise its records are counted one by one.
    """
    cut = queries.run("cut_counts", {"since": since, "until": until})[0]
    first_step, last_step = since - since % STEP_NANOSECONDS, until - until % STEP_NANOSECONDS
    first_edge = last_edge = (0, 0)
    counted_since, counted_until = first_step, last_step + STEP_NANOSECONDS
    if first_step == last_step:
        if cut["is_cut_at_since"] or cut["is_cut_at_until"]:
            first_edge, counted_until = (since, until), counted_since
    else:
        if cut["is_cut_at_since"]:
            first_edge, counted_since = (since, first_step + STEP_NANOSECONDS), first_step + STEP_NANOSECONDS
        if cut["is_cut_at_until"]:
            last_edge, counted_until = (last_step, until), last_step
    return {
        "since": since,
        "until": until,
        "counted_since": counted_since // NANOSECONDS_PER_SECOND,
        "counted_until": min(counted_until // NANOSECONDS_PER_SECOND, _MAX_UNIX_SECONDS),
        "first_edge_since": first_edge[0],
        "first_edge_until": first_edge[1],
        "last_edge_since": last_edge[0],
        "last_edge_until": last_edge[1],
    }
