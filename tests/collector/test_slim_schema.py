"""Migrations 0005 and 0006: what was stored before stays as it was, and searches for words use their index."""

import datetime as dt

import pytest

from spanlog_collector.storage import migrate
from spanlog_collector.storage.migrate import migrations
from spanlog_collector.storage.statements import split_statements
from spanlog_collector.storage.tables import MIGRATION_COLUMNS, MIGRATIONS

WORDS = "translate(lower(Body), '0123456789', '          ')"
FOUND = f"SELECT Body FROM otel_logs WHERE hasAllTokens({WORDS}, {{words:Array(String)}}) ORDER BY Body"
EXPLAINED = f"EXPLAIN indexes = 1 {FOUND}"
ROWS = "SELECT * FROM otel_logs ORDER BY Body"
COLUMNS = ["Timestamp", "Body", "LogAttributes"]


def insert(store, *bodies: str) -> None:
    now = dt.datetime.now(dt.UTC)
    store.insert("otel_logs", COLUMNS, [[now, body, {"key": body}] for body in bodies])


@pytest.fixture
def store_of_version_4(empty_store):
    empty_store.execute(
        "CREATE TABLE spanlog_migrations (Version UInt32, Name String, Checksum String, AppliedAt DateTime64(3) "
        "DEFAULT now64(3)) ENGINE = MergeTree ORDER BY Version"
    )
    for migration in migrations()[:4]:
        for text in split_statements(migration.text):
            empty_store.execute(text)
        empty_store.insert(MIGRATIONS, MIGRATION_COLUMNS, [[migration.version, migration.name, migration.checksum]])
    return empty_store


def test_rows_stored_before_are_the_same_afterwards(store_of_version_4):
    insert(store_of_version_4, "Order 17 lost", "nothing")
    before = store_of_version_4.query(ROWS)
    migrate(store_of_version_4)
    assert store_of_version_4.query(ROWS) == before
    insert(store_of_version_4, "order 18 lost")
    assert [row["Body"] for row in store_of_version_4.query(FOUND, {"words": ["lost", "order"]})] == [
        "Order 17 lost",
        "order 18 lost",
    ]


def test_a_search_for_words_is_answered_by_their_index(empty_store):
    migrate(empty_store)
    insert(empty_store, "User42 paid Order-17", "USER paid nothing")
    insert(empty_store, "something else")
    assert [row["Body"] for row in empty_store.query(FOUND, {"words": ["user", "order"]})] == ["User42 paid Order-17"]
    explained = "\n".join(row["explain"] for row in empty_store.query(EXPLAINED, {"words": ["user", "order"]}))
    assert "Name: idx_body_words" in explained
    # Of the two parts, the one without the words is not read.
    assert "Parts: 1/2" in explained.partition("Name: idx_body_words")[2]
