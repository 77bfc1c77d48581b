"""Old records really go, by whole parts; new ones, and what is known of error groups, stay."""

import time

import pytest

from spanlog_collector.storage import apply_retention, migrate, retention
from spanlog_collector.storage.tables import COUNTS, ERRORS, LOGS, TRACE_TIMES, TRACES

GO_WITH_THEIR_TIME = (TRACE_TIMES,)
KEPT = (LOGS, TRACES, TRACE_TIMES, COUNTS, ERRORS)
DAY = 86_400


def insert(store, days_ago: float, body: str, ingested_days_ago: float | None = None) -> None:
    ingested = time.time() - (days_ago if ingested_days_ago is None else ingested_days_ago) * DAY
    moment, ingested_milli = int((time.time() - days_ago * DAY) * 10**9), int(ingested * 1000)
    store.insert(
        LOGS,
        ["Timestamp", "ServiceName", "SeverityNumber", "Body", "IngestedAt"],
        [[moment, "retention", 17, body, ingested_milli]],
    )
    store.insert(
        TRACES,
        ["Timestamp", "TraceId", "SpanId", "ServiceName", "IngestedAt"],
        [[moment, body, body, "retention", ingested_milli]],
    )


def rows(store) -> dict[str, int]:
    # Of what is counted of a record, what is counted by agent: one row.
    conditions = {COUNTS: "WHERE Kind = 'agents'"}
    return {
        table: store.query(f"SELECT count() AS n FROM {table} {conditions.get(table, '')}")[0]["n"] for table in KEPT
    }


def wait_for(store, wanted: int) -> None:
    deadline = time.monotonic() + 60
    while set(rows(store).values()) != {wanted}:
        assert time.monotonic() < deadline, rows(store)
        time.sleep(0.1)


def test_what_is_older_than_asked_for_is_dropped(empty_store):
    migrate(empty_store)
    for days_ago in (0.1, 8, 40):
        insert(empty_store, days_ago, f"{days_ago} days ago")
    assert set(rows(empty_store).values()) == {3}
    assert apply_retention(empty_store, 30) == list(KEPT)
    wait_for(empty_store, 2)
    # Once is enough; another number is another matter.
    assert apply_retention(empty_store, 30) == []
    assert apply_retention(empty_store, 7) == list(KEPT)
    wait_for(empty_store, 1)
    assert empty_store.query("SELECT Body FROM otel_logs") == [{"Body": "0.1 days ago"}]
    # The group is known to be older than its records are.
    (group,) = empty_store.query(
        "SELECT sum(Records) AS records, min(First) < now() - INTERVAL 39 DAY AS is_old FROM spanlog_error_groups"
    )
    assert group == {"records": 3, "is_old": 1}
    assert apply_retention(empty_store, 0) == list(KEPT)
    insert(empty_store, 400, "old and kept")
    assert apply_retention(empty_store, 0) == []
    assert set(rows(empty_store).values()) == {2}


def test_what_has_just_come_stays_for_a_day_however_old_it_is(empty_store):
    migrate(empty_store)
    apply_retention(empty_store, 30)
    insert(empty_store, 400, "an old file, shipped now", ingested_days_ago=0)
    insert(empty_store, 400, "the same, shipped two days ago", ingested_days_ago=2)
    deadline = time.monotonic() + 60
    while (kept := {table: count for table, count in rows(empty_store).items() if table not in GO_WITH_THEIR_TIME}) != {
        LOGS: 1, TRACES: 1, COUNTS: 1, ERRORS: 1
    }:  # fmt: skip
        assert time.monotonic() < deadline, kept
        time.sleep(0.1)
    assert empty_store.query("SELECT Body FROM otel_logs") == [{"Body": "an old file, shipped now"}]


@pytest.mark.parametrize("days", [-1, 10_001])
def test_other_numbers_of_days_are_refused(empty_store, days):
    with pytest.raises(ValueError, match="to 10000 days"):
        apply_retention(empty_store, days)


def test_nothing_is_changed_on_a_disk_that_is_nearly_full(empty_store, monkeypatch):
    """The engine writes a table's definition anew, and a full disk would leave an empty one."""
    migrate(empty_store)
    monkeypatch.setattr(retention, "_NEEDED_BYTES", 2**62)
    assert apply_retention(empty_store, 7) == []
    monkeypatch.undo()
    assert apply_retention(empty_store, 7) == list(KEPT)
