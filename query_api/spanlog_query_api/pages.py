"""One page of records, newest first, and how many there are in all."""

from collections.abc import Sequence
from typing import NamedTuple

from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.search.conditions import Condition


class Page(NamedTuple):
    """Rows of ``list_logs.sql``, and how many records match on all pages."""

    rows: Sequence[Row]
    total: int


def read_page(queries: QueryRunner, condition: Condition, limit: int, offset: int = 0) -> Page:
    """Return the newest records for which ``condition`` holds, at most ``limit`` after the first ``offset``."""
    rows = queries.run("list_logs", {"limit": limit, "offset": offset}, condition=condition)
    total = offset + len(rows)
    # A page that is not full is the last one, and says itself how many there are. Counting it again a moment later
    # would be work, and could count records that have come since and are not on it.
    if len(rows) == limit or (not rows and offset):
        total = max(total if rows else 0, queries.run("count_logs", condition=condition)[0]["total"])
    return Page(rows, total)
