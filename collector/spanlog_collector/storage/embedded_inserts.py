"""Inserts into the embedded store: what one leaves behind, however it ends, is true (ADR 0002)."""

import ctypes
import errno
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clickhouse_connect.driver.client import Client

from spanlog_collector.storage.deduplication_logs import DeduplicationLogs
from spanlog_collector.storage.statements import quote, statement

logger: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Insert:
    """One insert; ``has_left_nothing`` is set when it failed and no part of it is in any table."""

    has_left_nothing: bool = False


class EmbeddedInserts:
    """Stands around every insert that has a deduplication token."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._logs = DeduplicationLogs(store)
        self._condition = threading.Condition()
        self._running = 0
        self._detached: dict[str, str] = {}
        """Tables that could not be attached again: name by UUID."""
        self._short: set[tuple[str, str]] = set()
        """Parts that are not whole, and could not be dropped yet: UUID of the table, name of the part."""

    def mend(self) -> None:
        """Correct what a crash left; before the engine opens the store.

        Raises:
            OSError: the store's files cannot be read or written.
        """
        self._logs.mend()

    def protect(self, *, has_new_tables: bool) -> None:
        """Make the tables that are there now survive a loss of power, and the record of what is inserted into them.

        Raises:
            OSError: the disk refused.
        """
        self._logs.protect()
        if has_new_tables:
            # The engine syncs its parts and its table definitions, and not every folder that they lie in.
            _sync_file_system(self._store)

    @contextmanager
    def one(self, client: Client, insert: Insert) -> Iterator[None]:
        """Run one insert: on the disk when it is done, and free to be repeated when it failed.

        Raises:
            OSError: the disk refused to sync, or to mend; the insert can be repeated.
        """
        with self._condition:
            self._running += 1
        is_done = False
        before = self._logs.sizes()
        try:
            # Before anything else: their tokens would make this insert a no-op.
            self._drop_short_parts(client)
            yield
            self._short.update(self._logs.short_parts(before))
            if self._drop_short_parts(client):
                raise OSError(errno.EIO, "the engine could not write all of a part", str(self._store))
            self._logs.sync()
            is_done = True
        finally:
            with self._condition:
                self._running -= 1
                self._condition.notify_all()
                if not is_done:
                    self._condition.wait_for(lambda: not self._running)
                    # No other begins while this one looks: the lock is held.
                    self._mend_after_failure(client)
                    # Lines of another insert count as well: then it is not known.
                    insert.has_left_nothing = self._logs.sizes() == before

    def _drop_short_parts(self, client: Client) -> int:
        """Drop the parts that are not whole, if the engine says the same when it is asked; return how many."""
        dropped = 0
        for uuid, part in list(self._short):
            name = self._table_name(client, uuid)
            if name is not None and not _is_sound(client, name, part):
                logger.warning("%s: the part %s is not whole on the disk; taking it back", name, part)
                client.command(f"ALTER TABLE {{name:Identifier}} DROP PART {quote(part)}", parameters={"name": name})
                dropped += 1
            self._short.discard((uuid, part))
        return dropped

    def _table_name(self, client: Client, uuid: str) -> str | None:
        """Return the name of a table; ``None`` for one that is being dropped, or of another database."""
        rows = client.query(statement("select_table_by_uuid.sql"), parameters={"uuid": uuid}).result_rows
        return str(rows[0][0]) if rows else None

    def _mend_after_failure(self, client: Client) -> None:
        """Make the engine forget tokens of parts that it could not put in place.

        It would take the repeated insert for done. It reads its logs when a table is attached, and never else.
        """
        for uuid in self._logs.tables_to_mend():
            if uuid in self._detached:
                continue
            name = self._table_name(client, uuid)
            if name is None:
                continue
            client.command("DETACH TABLE {name:Identifier} SYNC", parameters={"name": name})
            self._detached[uuid] = name
            logger.warning("an insert into %s failed after its token was written; taking the token back", name)
        for uuid, name in list(self._detached.items()):
            self._logs.mend_table(uuid)
            client.command("ATTACH TABLE IF NOT EXISTS {name:Identifier}", parameters={"name": name})
            del self._detached[uuid]


def _is_sound(client: Client, table: str, part: str) -> bool:
    check = f"CHECK TABLE {{name:Identifier}} PART {quote(part)} SETTINGS check_query_single_value_result = 1"
    return bool(client.command(check, parameters={"name": table}))


def _sync_file_system(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:
            os.sync()
        elif syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)
