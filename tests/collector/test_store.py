"""The store's own bounds: what a query may do and use, and what the embedded engine may."""

import subprocess
import sys
import uuid

import pytest

from spanlog_collector.storage import QueryLimits, QueryTooLargeError, Store, StoreUnavailableError
from spanlog_collector.storage.exceptions import StatementError

OPEN = """
import sys
from spanlog_collector.storage import StoreBusyError, open_store
try:
    open_store(sys.argv[1])
except StoreBusyError as error:
    print(error)
"""


def test_queries_cannot_write(store):
    with pytest.raises((StatementError, StoreUnavailableError), match="readonly"):
        store.query("INSERT INTO spanlog_log_resolutions (LogId) SELECT generateUUIDv4()")


@pytest.mark.parametrize(
    ("sql", "limits"),
    [
        ("SELECT sleepEachRow(0.5) FROM numbers(20) SETTINGS max_block_size = 1", QueryLimits(max_seconds=0.3)),
        ("SELECT groupArray(number) FROM numbers(100000000)", QueryLimits(max_memory_bytes=50_000_000)),
        ("SELECT number FROM numbers(1000)", QueryLimits(max_result_rows=10)),
    ],
    ids=["time", "memory", "rows"],
)
def test_query_is_stopped_at_its_limit_and_the_next_one_is_answered(store, sql, limits):
    with pytest.raises(QueryTooLargeError):
        store.query(sql, limits=limits)
    assert store.query("SELECT 1 AS x") == [{"x": 1}]


def test_embedded_engine_is_bounded(store):
    settings = {row["name"]: int(row["value"]) for row in store.query(
        "SELECT name, value FROM system.server_settings WHERE name IN ('max_server_memory_usage', 'mark_cache_size')"
    )}  # fmt: skip
    assert settings == {"max_server_memory_usage": 1024**3, "mark_cache_size": 64 * 1024**2}


def test_store_of_another_process_is_busy(store):
    done = subprocess.run([sys.executable, "-c", OPEN, store.location.dsn], capture_output=True, text=True, check=True)
    assert done.stdout == (
        f"the store {store.location.dsn} cannot be opened: another process owns it, or its files are not readable\n"
    )


def test_closed_store_is_unavailable(store):
    closed = Store(store.location)
    closed.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        closed.query("SELECT 1")


def test_inserted_rows_are_there_at_once(store):
    log_id = uuid.uuid4()
    store.insert("spanlog_log_resolutions", ["LogId", "ResolvedBy"], [[log_id, "me"]])
    rows = store.query("SELECT ResolvedBy FROM spanlog_log_resolutions WHERE LogId = {id:UUID}", {"id": log_id})
    assert rows == [{"ResolvedBy": "me"}]
