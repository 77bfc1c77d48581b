"""Numbered migrations, applied in order; never edited once landed.

Each file is one version. The engine has no transactions over DDL, so every statement can run twice: a migration
that was cut short is simply run again.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from spanlog_collector.storage.connection import Store
from spanlog_collector.storage.exceptions import StoreError, StoreNewerError
from spanlog_collector.storage.statements import split_statements, statement
from spanlog_collector.storage.tables import MIGRATION_COLUMNS, MIGRATIONS

_FILE_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration: ``0001_create_otel_logs.sql`` is version 1, named ``create_otel_logs``."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def migrations() -> tuple[Migration, ...]:
    """Return the migrations that this spanlog brings, in order."""
    found = []
    for file in files(__package__).joinpath("migrations").iterdir():
        match = _FILE_NAME.fullmatch(file.name)
        if match:
            found.append(Migration(int(match[1]), match[2], file.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda migration: migration.version))


def migrate(store: Store) -> list[Migration]:
    """Bring ``store`` to this spanlog's schema and return the migrations that were applied now.

    Raises:
        StoreNewerError: the store knows migrations that this spanlog does not.
        StoreError: a migration failed, or one that was applied is not the one this spanlog brings.
    """
    store.execute(statement("create_migrations_table.sql"))
    applied = {row["Version"]: row for row in store.query(statement("select_migrations.sql"))}
    known = {migration.version: migration for migration in migrations()}
    newer = sorted(version for version in applied if version not in known)
    if newer:
        raise StoreNewerError(
            f"the store {store.location.display} was written by a newer spanlog (its schema is version {newer[-1]}, "
            f"this program knows {max(known)}); upgrade spanlog, or point SPANLOG_DSN at another store"
        )
    for version, row in applied.items():
        if row["Checksum"] != known[version].checksum:
            raise StoreError(
                f"migration {version:04}_{known[version].name} differs from the one that made the store "
                f"{store.location.display}; install the spanlog that made it, or point SPANLOG_DSN at another store"
            )
    pending = [migration for migration in migrations() if migration.version not in applied]
    for migration in pending:
        for text in split_statements(migration.text):
            store.execute(text)
        store.insert(MIGRATIONS, MIGRATION_COLUMNS, [[migration.version, migration.name, migration.checksum]])
    store.protect(has_new_tables=bool(pending))
    return pending
