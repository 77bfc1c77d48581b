"""Migrations make the schema, once, and a store of another spanlog is told apart."""

import hashlib
import re
from pathlib import Path

import pytest

from spanlog_collector import storage
from spanlog_collector.storage import StoreError, StoreNewerError, migrate, tables
from spanlog_collector.storage.migrate import migrations

SCHEMA = Path(storage.__file__).parent / "schema"
TABLES = "SELECT name FROM system.tables WHERE database = {database:String} ORDER BY name"


def table_names(store) -> list[str]:
    rows = store.query(TABLES, {"database": store.location.database})
    return [row["name"] for row in rows if not row["name"].startswith(".inner")]


def create_statement(store, table: str) -> str:
    (row,) = store.query(
        "SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = {table:String}",
        {"database": store.location.database, "table": table},
    )
    (formatted,) = store.query("SELECT formatQuery({query:String}) AS text", {"query": row["create_table_query"]})
    # The schema does not depend on the database's name.
    return re.sub(rf"\b{store.location.database}\.", "", formatted["text"]) + "\n"


def test_all_migrations_give_the_schema_that_is_written_down(empty_store, request):
    """``pytest --update-schema`` writes it anew; the diff of the files is then what a migration changed."""
    migrate(empty_store)
    made = {name: create_statement(empty_store, name) for name in table_names(empty_store)}
    if request.config.getoption("--update-schema"):
        for file in SCHEMA.glob("*.sql"):
            file.unlink()
        for name, text in made.items():
            (SCHEMA / f"{name}.sql").write_text(text)
    assert made == {file.stem: file.read_text() for file in SCHEMA.glob("*.sql")}


def test_tables_module_names_what_the_schema_has(empty_store):
    migrate(empty_store)
    assert set(tables.TABLES) == {name for name in table_names(empty_store) if not name.endswith("_mv")}
    for table, columns in (
        (tables.LOG_RESOLUTIONS, tables.LOG_RESOLUTION_COLUMNS),
        (tables.ERROR_CHANGES, tables.ERROR_CHANGE_COLUMNS),
        (tables.ERROR_STATES, tables.ERROR_STATE_COLUMNS),
        (tables.MIGRATIONS, tables.MIGRATION_COLUMNS),
    ):
        described = empty_store.query(f"DESCRIBE TABLE {table}")
        assert set(columns) <= {row["name"] for row in described}


def test_migrations_are_numbered_without_gaps():
    assert [migration.version for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_migrating_again_does_nothing(empty_store):
    assert len(migrate(empty_store)) == len(migrations())
    assert migrate(empty_store) == []


def test_migration_that_was_cut_short_is_run_again(empty_store):
    """The process died between the statements of a migration: its tables are there, its row is not."""
    migrate(empty_store)
    empty_store.execute("TRUNCATE TABLE spanlog_migrations")
    assert len(migrate(empty_store)) == len(migrations())


def test_store_of_a_newer_spanlog_is_refused(empty_store):
    migrate(empty_store)
    empty_store.insert("spanlog_migrations", tables.MIGRATION_COLUMNS, [[9999, "from_the_future", "x"]])
    with pytest.raises(StoreNewerError, match=r"newer spanlog .*version 9999.*upgrade spanlog"):
        migrate(empty_store)


def test_migration_that_was_edited_is_refused(empty_store):
    migrate(empty_store)
    empty_store.execute("TRUNCATE TABLE spanlog_migrations")
    empty_store.insert("spanlog_migrations", tables.MIGRATION_COLUMNS, [[1, "create_otel_logs", "another"]])
    with pytest.raises(StoreError, match="0001_create_otel_logs differs"):
        migrate(empty_store)


def test_checksum_is_of_the_files_bytes():
    first = migrations()[0]
    path = Path(storage.__file__).parent / "migrations" / f"{first.version:04}_{first.name}.sql"
    assert first.checksum == hashlib.sha256(path.read_bytes()).hexdigest()
