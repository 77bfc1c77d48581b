"""Records as a file: page after page of them, never all in memory."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Final

from spanlog_collector.storage import QueryLimits
from spanlog_query_api.cursors import Place
from spanlog_query_api.entries import read_entries
from spanlog_query_api.models.entries import Entry
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.search.conditions import Condition, Expression, all_of

MAX_PARQUET_RECORDS: Final = 1_000_000
"""The engine makes such a file as a whole."""

_PAGE_RECORDS: Final = 5_000
_COLUMNS: Final = tuple(Entry.model_fields)


def ndjson(queries: QueryRunner, condition: Condition, limit: int) -> Iterator[bytes]:
    """Yield the newest ``limit`` records that match, a line of JSON each, as the API gives them."""
    for entries in _pages(queries, condition, limit):
        yield b"".join(entry.model_dump_json().encode() + b"\n" for entry in entries)


def comma_separated(queries: QueryRunner, condition: Condition, limit: int) -> Iterator[bytes]:
    """Yield the newest ``limit`` records that match as CSV (RFC 4180), names first, metadata as JSON."""
    names = _rows([_COLUMNS])
    for entries in _pages(queries, condition, limit):
        # With the first page: what goes wrong before anything is sent can still be answered as an error.
        yield names + _rows([_cells(entry) for entry in entries])
        names = b""
    if names:
        yield names


def parquet(queries: QueryRunner, condition: Condition, limit: int) -> bytes:
    """Return the newest ``limit`` records that match as a Parquet file, metadata as a map of texts.

    Raises:
        QueryTooLargeError: they need more memory than a query may use.
    """
    limits = QueryLimits(max_result_rows=MAX_PARQUET_RECORDS)
    return queries.run_as("Parquet", "export_logs", {"limit": limit}, limits, condition)


def _pages(queries: QueryRunner, condition: Condition, limit: int) -> Iterator[list[Entry]]:
    place: Place | None = None
    while limit > 0:
        beyond = () if place is None else (Expression("before", {"time": place.unix_nano, "id": place.id}),)
        asked = min(limit, _PAGE_RECORDS)
        rows = queries.run("list_logs", {"limit": asked, "offset": 0}, condition=all_of(*beyond, condition))
        if rows:
            yield read_entries(queries, rows)
            place = Place(rows[-1]["unix_nano"], rows[-1]["id"])
        limit = limit - len(rows) if len(rows) == asked else 0


def _cells(entry: Entry) -> list[object]:
    values = entry.model_dump()
    values["metadata"] = json.dumps(values["metadata"], ensure_ascii=False)
    return [values[name] for name in _COLUMNS]


def _rows(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
