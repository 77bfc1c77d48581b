"""How many records of a period each message shape has, and nothing else: exact, and cheap enough for every summary.

As in ``counting.py``, an hour that an edge lies in is taken from the counts where all that is counted in it lies on one
side of the edge; so the records of the current hour need not be read for a period that ends now.
"""

from collections.abc import Callable
from typing import Final

from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import NANOSECONDS_PER_SECOND
from spanlog_query_api.whole_hours import HOUR_NANOSECONDS, Span

_MAX_UNIX_SECONDS: Final = 2**32 - 1
"""The last second that the engine's DateTime holds."""

_Edge = tuple[int, int]


def count_shapes(queries: QueryRunner, previous: int, period: Span, agent_id: str, limit: int) -> dict[int, int]:
    """Return the records of ``period`` by shape; of one agent if ``agent_id`` is set.

    Shapes that have none there, but some in an hour from that of ``previous`` on, are told too: with what they look
    like, patterns are found. Of all of these the ``limit`` most frequent.
    """
    since, until = period
    first_step, last_step = since - since % HOUR_NANOSECONDS, until - until % HOUR_NANOSECONDS
    steps = {"previous_step": _seconds(previous), "first_step": _seconds(first_step), "last_step": _seconds(last_step)}
    rows = queries.run("shapes_by_hour", {**steps, "agent_id": agent_id, "limit": limit})
    edges: dict[str, _Edge]
    if first_step == last_step:
        edges = {"1": (since, until)}
    else:
        edges = {"1": (since, first_step + HOUR_NANOSECONDS), "2": (last_step, until)}
    counts = {row["shape"]: row["between"] for row in rows}
    for step, edge in edges.items():
        cut = {row["shape"] for row in rows if row[f"records_{step}"] and _is_cut(row, step, since, until)}
        for row in rows:
            if row["shape"] not in cut and since <= row[f"first_{step}"] < until:
                counts[row["shape"]] += row[f"records_{step}"]
        if cut:
            counted = _count_edge(queries, edge, agent_id)
            for shape in cut:
                counts[shape] += counted(shape)
    return counts


def _is_cut(row: Row, step: str, since: int, until: int) -> bool:
    return any(row[f"first_{step}"] < edge <= row[f"last_{step}"] for edge in (since, until))


def _count_edge(queries: QueryRunner, edge: _Edge, agent_id: str) -> Callable[[int], int]:
    rows = queries.run("edge_shapes", {"since": edge[0], "until": edge[1], "agent_id": agent_id})
    counted = {row["shape"]: row["records"] for row in rows}
    return lambda shape: counted.get(shape, 0)


def _seconds(unix_nano: int) -> int:
    hour = unix_nano - unix_nano % HOUR_NANOSECONDS
    return min(hour // NANOSECONDS_PER_SECOND, _MAX_UNIX_SECONDS)
