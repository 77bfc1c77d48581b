"""Shapes are counted once, whoever stores what and however often, and what was stored before is counted too."""

import time
import uuid

import pytest
from segments import framed, log_request

from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage.migrate import migrate, migrations
from spanlog_collector.storage.statements import split_statements

HOUR = 3600 * 10**9
NOW = time.time_ns() // HOUR * HOUR
COUNTS = """
SELECT toUnixTimestamp(Step) AS hour, Level AS level, sum(Records) AS count,
    toUnixTimestamp64Nano(min(First)) AS first, toUnixTimestamp64Nano(max(Last)) AS last
FROM spanlog_counts WHERE Kind = 'patterns' AND AgentId = {service:String}
GROUP BY hour, level, PatternHash ORDER BY hour, level, count
"""
SHAPES = """
SELECT any(Example) AS example FROM spanlog_counts
WHERE Kind = 'shapes' AND PatternHash IN (SELECT PatternHash FROM otel_logs WHERE ServiceName = {service:String})
GROUP BY PatternHash ORDER BY example
"""
HASHES = "SELECT Body, PatternHash FROM otel_logs WHERE ServiceName = {service:String}"


def request_of(service, *bodies, moment=NOW, severity=9):
    request = log_request(service, *bodies)
    for index, record in enumerate(request.resource_logs[0].scope_logs[0].log_records):
        record.time_unix_nano = moment + index
        record.severity_number = severity
    return request


def load_segment(store, path, request, token):
    path.write_bytes(framed(check_request(LOGS, request.SerializeToString()).body))
    store.load_segment(LOGS, path, token)


def test_counts_are_by_hour_level_and_shape(store, load, service):
    load(request_of(service, "took 5 ms", "took 80 ms", "done", moment=NOW - HOUR))
    load(request_of(service, "took 6 ms", moment=NOW - 1))
    load(request_of(service, "took 7 ms", moment=NOW))
    load(request_of(service, "took 7 ms", moment=NOW, severity=17))
    hour = NOW // 10**9
    assert store.query(COUNTS, {"service": service}) == [
        {"hour": hour - 3600, "level": "info", "count": 1, "first": NOW - HOUR + 2, "last": NOW - HOUR + 2},
        {"hour": hour - 3600, "level": "info", "count": 3, "first": NOW - HOUR, "last": NOW - 1},
        {"hour": hour, "level": "error", "count": 1, "first": NOW, "last": NOW},
        {"hour": hour, "level": "info", "count": 1, "first": NOW, "last": NOW},
    ]


def test_segment_that_is_loaded_twice_is_counted_once(store, service, tmp_path):
    request, token = request_of(service, "took 5 ms", "done"), str(uuid.uuid4())
    for _ in range(2):
        load_segment(store, tmp_path / "segment", request, token)
    assert [row["count"] for row in store.query(COUNTS, {"service": service})] == [1, 1]
    # Another segment with the same content is another one.
    load_segment(store, tmp_path / "segment", request, str(uuid.uuid4()))
    assert [row["count"] for row in store.query(COUNTS, {"service": service})] == [2, 2]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("took 5 ms", "took 70000 ms", True),
        ("job 6f1e8c1a-5b7e-4d0c-9aab-000000000001", "job cafe1abe-dead-4bee-beef-00000000000a", True),
        ("session a8Xk2mQ", "session 9zzT4", True),
        ("at 0xdeadbeef01", "at 0x7f", True),
        ("pod web-7d9f8b6c5-x2x9k", "pod web-5c4-q8", True),
        ("order 1 failed", "order 2 filled", False),
        ("user alice", "user bob", False),
        ("", " ", False),
        ("x" * 500 + " one end", "x" * 500 + " another", True),
        ("x" * 490 + " one end", "x" * 490 + " another", False),
    ],
)
def test_shape_is_the_beginning_less_words_with_digits(store, load, service, one, other, is_same):
    load(request_of(service, one, other))
    hashes = {row["Body"]: row["PatternHash"] for row in store.query(HASHES, {"service": service})}
    assert (hashes[one] == hashes[other]) is is_same


def test_example_is_cut_where_the_shape_ends_and_is_text(store, load, service):
    load(request_of(service, "é" * 300 + service, "short"))
    first, second = (row["example"] for row in store.query(SHAPES, {"service": service}))
    assert (first, second) == ("short", "é" * 250)


def test_many_hours_in_one_segment_are_counted(store, load, service):
    """More partitions than the engine takes by default: stamps all over the years are unusual, not wrong."""
    request = request_of(service, *["tick"] * 110)
    for index, record in enumerate(request.resource_logs[0].scope_logs[0].log_records):
        record.time_unix_nano = NOW - index * 24 * HOUR
    load(request)
    rows = store.query(COUNTS, {"service": service})
    assert [row["count"] for row in rows] == [1] * 110


def test_what_was_stored_before_is_counted_once_even_if_the_migration_is_cut_short(empty_store, tmp_path):
    """A store from before, with records; then the migration dies after its inserts and is run again."""
    under_test = [migration for migration in migrations() if migration.version in {9, 10}]
    for migration in migrations():
        if migration.version < under_test[0].version:
            for statement in split_statements(migration.text):
                empty_store.execute(statement)
    load_segment(empty_store, tmp_path / "old", request_of("old", "took 5 ms", "took 6 ms", "done"), "a")
    for _ in range(2):
        for migration in under_test:
            for statement in split_statements(migration.text):
                empty_store.execute(statement)
    migrate(empty_store)
    # The old hash of the two is one, as the new one is, but not the same: old rows keep theirs.
    load_segment(empty_store, tmp_path / "new", request_of("old", "took 7 ms"), "b")
    rows = empty_store.query(COUNTS, {"service": "old"})
    assert sorted(row["count"] for row in rows) == [1, 1, 2]
    examples = [row["example"] for row in empty_store.query(SHAPES, {"service": "old"})]
    assert [example[:4] for example in examples] == ["done", "took", "took"]
