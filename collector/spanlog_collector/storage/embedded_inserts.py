"""Inserts into the embedded store: what one leaves behind, however it ends, is true (ADR 0002)."""

import ctypes
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from clickhouse_connect.driver.client import Client

from spanlog_collector.storage.deduplication_logs import DeduplicationLogs
from spanlog_collector.storage.statements import statement

logger: Final = logging.getLogger(__name__)


class EmbeddedInserts:
    """Stands around every insert that has a deduplication token."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._logs = DeduplicationLogs(store)
        self._condition = threading.Condition()
        self._running = 0
        self._detached: dict[str, str] = {}
        """Tables that could not be attached again: name by UUID."""

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
    def one(self, client: Client) -> Iterator[None]:
        """Run one insert: on the disk when it is done, and free to be repeated when it failed.

        Raises:
            OSError: the disk refused to sync, or to mend; the insert can be repeated.
        """
        with self._condition:
            self._running += 1
        is_done = False
        try:
            yield
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

    def _mend_after_failure(self, client: Client) -> None:
        """Make the engine forget tokens of parts that it could not put in place.

        It would take the repeated insert for done. It reads its logs when a table is attached, and never else.
        """
        for uuid in self._logs.tables_to_mend():
            if uuid in self._detached:
                continue
            rows = client.query(statement("select_table_by_uuid.sql"), parameters={"uuid": uuid}).result_rows
            if not rows:
                # A table that is being dropped, or of another database.
                continue
            name = str(rows[0][0])
            client.command("DETACH TABLE {name:Identifier} SYNC", parameters={"name": name})
            self._detached[uuid] = name
            logger.warning("an insert into %s failed after its token was written; taking the token back", name)
        for uuid, name in list(self._detached.items()):
            self._logs.mend_table(uuid)
            client.command("ATTACH TABLE IF NOT EXISTS {name:Identifier}", parameters={"name": name})
            del self._detached[uuid]


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
