"""Records of a period by agent and level: exact to the nanosecond, and cheap at any size."""

from collections import defaultdict
from typing import Final

from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.severity import LEVELS
from spanlog_query_api.times import NANOSECONDS_PER_SECOND

Counts = dict[str, dict[str, int]]
"""By agent, then by level; each level named."""

STEP_NANOSECONDS: Final = 300 * NANOSECONDS_PER_SECOND
"""What ``spanlog_counts`` counts by."""

_FIRST_STEP: Final = 1
_LAST_STEP: Final = 2

_MAX_UNIX_SECONDS: Final = 2**32 - 1
"""The last second that the engine's DateTime holds."""


def count_records(queries: QueryRunner, since: int, until: int, agent_id: str) -> Counts:
    """Return the records of [since, until), nanoseconds since 1970, of one agent if ``agent_id`` is set.

    A step that an edge lies in is taken from the counts too when what is counted in it lies wholly on one side of the
    edge, which the counts' first and last times tell; so for a period that ends now no record is read at all. Otherwise
    its records are counted one by one.
    """
    first_step, last_step = since - since % STEP_NANOSECONDS, until - until % STEP_NANOSECONDS
    rows = queries.run(
        "counted_logs",
        {"first_step": _seconds(first_step), "last_step": _seconds(last_step), "agent_id": agent_id},
    )
    is_cut_at_since = any(row["first"] < since <= row["last"] for row in rows)
    is_cut_at_until = any(row["first"] < until <= row["last"] for row in rows)
    if first_step == last_step:
        is_cut_at_since = is_cut_at_since or is_cut_at_until
        edges = [(since, until)] if is_cut_at_since else []
    else:
        edges = [(since, first_step + STEP_NANOSECONDS)] if is_cut_at_since else []
        edges += [(last_step, until)] if is_cut_at_until else []
    is_cut = {_FIRST_STEP: is_cut_at_since, _LAST_STEP: is_cut_at_until}
    counts: Counts = defaultdict(lambda: dict.fromkeys(LEVELS, 0))
    for row in rows:
        if not is_cut.get(row["step"]) and since <= row["first"] < until:
            counts[row["agent_id"]][row["level"]] += row["records"]
    for edge_since, edge_until in edges:
        for row in queries.run("edge_logs", {"since": edge_since, "until": edge_until, "agent_id": agent_id}):
            counts[row["agent_id"]][row["level"]] += row["records"]
    return dict(counts)


def _seconds(unix_nano: int) -> int:
    return min(unix_nano // NANOSECONDS_PER_SECOND, _MAX_UNIX_SECONDS)
