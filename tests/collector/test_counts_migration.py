"""Records that were stored before there were views are counted too: once, even when a migration is cut short."""

import time
import uuid
from pathlib import Path

from segments import framed, log_request

from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import migrate

VIEWS = ("spanlog_counts", "spanlog_errors", "spanlog_error_groups")
COUNTED = (
    "SELECT (SELECT sumIf(Records, Kind = 'agents') FROM spanlog_counts) AS logs, "
    "(SELECT count() FROM spanlog_errors) AS errors, (SELECT sum(Records) FROM spanlog_error_groups) AS grouped"
)


def load(store, folder: Path, *bodies: str) -> None:
    request = log_request("service", *bodies)
    for record in request.resource_logs[0].scope_logs[0].log_records:
        record.severity_number = 17 if "fail" in record.body.string_value else 9
    segment = folder / f"{uuid.uuid4()}.segment"
    segment.write_bytes(framed(check_request(LOGS, request.SerializeToString()).body))
    store.load_segment(LOGS, segment, segment.stem)


def test_what_was_stored_before_is_counted_once(empty_store, tmp_path):
    migrate(empty_store)
    # As a store was that knew no views: its records are there, the rest is not, nor is it said to have been made.
    for table in VIEWS:
        empty_store.execute(f"DROP TABLE {table}_mv SYNC")
        empty_store.execute(f"DROP TABLE {table} SYNC")
    load(empty_store, tmp_path, "a", "b", "fail 1", "fail 2")
    (log_id,) = empty_store.query("SELECT LogId AS id FROM otel_logs WHERE Body = 'fail 1'")
    empty_store.insert("spanlog_log_resolutions", ["LogId", "ResolvedBy"], [[log_id["id"], "ana"]])
    empty_store.execute("TRUNCATE TABLE spanlog_migrations")
    migrate(empty_store)
    assert empty_store.query(COUNTED) == [{"logs": 4, "errors": 2, "grouped": 2}]
    load(empty_store, tmp_path, "c", "fail 3")
    assert empty_store.query(COUNTED) == [{"logs": 6, "errors": 3, "grouped": 3}]
    # Cut short after its last statement, a migration runs again.
    empty_store.execute("TRUNCATE TABLE spanlog_migrations")
    migrate(empty_store)
    assert empty_store.query(COUNTED) == [{"logs": 6, "errors": 3, "grouped": 3}]
    known = empty_store.query(
        "SELECT DISTINCT LogId AS id, Timestamp < toDateTime64({now:Int64}, 9) AND Fingerprint != 0 AS is_known, "
        "AgentId AS agent FROM spanlog_log_resolutions WHERE Fingerprint != 0",
        {"now": time.time_ns() // 10**9 + 5},
    )
    assert known == [{"id": log_id["id"], "is_known": 1, "agent": "service"}]
