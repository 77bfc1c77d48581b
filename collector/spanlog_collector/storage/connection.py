"""One store, whatever its DSN: clickhouse-connect speaks to the embedded engine and to a server alike."""

import os
import queue
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from spanlog_collector.otlp.description import Signal
from spanlog_collector.otlp.engine import format_schema
from spanlog_collector.storage.agent_filters import agent_filters
from spanlog_collector.storage.dsn import StoreLocation, parse_dsn
from spanlog_collector.storage.embedded_engine import EMBEDDED_LIMITS, leave_pandas_out, release_library_pages
from spanlog_collector.storage.embedded_inserts import EmbeddedInserts, Insert
from spanlog_collector.storage.engine_memory import configure_engine_memory
from spanlog_collector.storage.exceptions import (
    QueryTooLargeError,
    SegmentRefusedError,
    StatementError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
)
from spanlog_collector.storage.loading import load_statement, read_statement
from spanlog_collector.storage.statements import quote

_STOPPED_AT_A_LIMIT: Final = frozenset((158, 159, 160, 167, 191, 241, 307, 396))
"""TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, TOO_DEEP_AST, SET_SIZE_LIMIT_EXCEEDED, MEMORY_LIMIT_EXCEEDED, …"""

_CANNOT_READ: Final = frozenset(
    (6, 26, 27, 32, 33, 36, 41, 53, 70, 72, 117, 128, 131, 321, 407, 433, 434, 435, 436, 437, 444, 467)
)
"""CANNOT_PARSE_TEXT … BAD_ARGUMENTS (a oneof set twice) … INCORRECT_DATA …: codes that speak of the data."""

_CANNOT_ANSWER_NOW: Final = frozenset(
    (
        74,
        75,
        76,
        164,
        201,
        202,
        203,
        209,
        210,
        217,
        236,
        242,
        243,
        252,
        279,
        290,
        373,
        394,
        425,
        426,
        499,
        516,
        999,
    )
)
"""Files, read-only, quota, too many queries, network, no space, too many parts, session, sign-in, Keeper."""

_WHILE_READING: Final = "While executing ProtobufRowInputFormat"
"""In the text of every error that the reader of segments raises, whatever its code."""

_SCHEMA_FILE: Final = "spanlog-otlp.proto"
"""In the embedded store's folder: what the engine reads segments by. Written at each start."""

_BUSY: Final = "Error initializing EmbeddedServer"
_ERRNO_TEXT: Final = re.compile(r"\[Errno -?\d+\] ([A-Za-z ]+)")
_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one query may use.

    QueryLimits()                        # 30 s, 512 MiB, 100,000 rows
    QueryLimits(max_seconds=2)           # for what a page polls
    QueryLimits(agents=("crypto",))      # sees the rows of these agents alone, in whatever table
    """

    max_seconds: float = 30.0
    max_memory_bytes: int = 512 * 1024 * 1024
    max_result_rows: int = 100_000
    agents: tuple[str, ...] | None = None

    def settings(self) -> dict[str, Any]:
        """Return the engine's settings; read-only is one of them."""
        settings: dict[str, Any] = {
            "readonly": 2,
            "max_execution_time": self.max_seconds,
            "timeout_before_checking_execution_speed": 0,
            "max_memory_usage": self.max_memory_bytes,
            # What sorts or groups much goes on on disk rather than stop at the bound.
            "max_bytes_before_external_sort": self.max_memory_bytes // 2,
            "max_bytes_before_external_group_by": self.max_memory_bytes // 2,
            # Rows that are read at a time, of each part at once where they are read in order. The engine's own 65,409
            # take twice the memory, and no less CPU.
            "max_block_size": 8192,
            # Indexes are asked before anything is read, not part by part while it is: half the CPU for a trace or a
            # rare word, and no more for what is frequent.
            "use_skip_indexes_on_data_read": 0,
            "max_result_rows": self.max_result_rows,
            "result_overflow_mode": "throw",
        }
        if self.agents is not None:
            settings["additional_table_filters"] = agent_filters(self.agents)
            # What the engine remembers of a condition must not be of other rows than these.
            settings["use_query_condition_cache"] = 0
        return settings


DEFAULT_LIMITS: Final = QueryLimits()


class Store:
    """A store that is open. Safe to use from several threads; each call takes a connection of its own.

    Raises (every method):
        StoreUnavailableError: the store cannot answer now.
    """

    def __init__(self, location: StoreLocation) -> None:
        self.location = location
        self._idle: queue.LifoQueue[Client] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._inserts = EmbeddedInserts(location.path) if location.path is not None else None
        self._changes = 0

    @property
    def changes(self) -> int:
        """How often something was written through this store, records aside: what was read before may be old after.

        Where ``is_shared``, others may have written too.
        """
        return self._changes

    @property
    def is_shared(self) -> bool:
        """Whether other processes can write to it: an embedded store belongs to one."""
        return self.location.path is None

    @contextmanager
    def _change(self) -> Iterator[None]:
        try:
            yield
        finally:
            # Afterwards, so that who asks from now on knows; and whatever came of it.
            with self._lock:
                self._changes += 1

    def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, limits: QueryLimits = DEFAULT_LIMITS
    ) -> list[dict[str, Any]]:
        """Run one SELECT, read-only and within ``limits``, and return its rows by column name.

        Values are bound by the engine: ``{name:Type}`` in ``sql``, ``name`` in ``parameters``.

        Raises:
            QueryTooLargeError: stopped at a limit.
            StatementError: the engine refused the statement.
        """
        with self._client() as client:
            result = client.query(sql, parameters=dict(parameters or {}), settings=limits.settings())
            return [dict(row) for row in result.named_results()]

    def query_as(
        self, format_name: str, sql: str, parameters: Mapping[str, Any], limits: QueryLimits = DEFAULT_LIMITS
    ) -> bytes:
        """Run one SELECT, read-only and within ``limits``, and return its rows as a file of the engine's format.

        Raises:
            QueryTooLargeError: stopped at a limit.
            StatementError: the engine refused the statement, or knows no such format.
        """
        # In the statement: set on the connection, read-only could not be taken back.
        settings = ", ".join(
            f"{name} = {quote(value) if isinstance(value, str) else value}" for name, value in limits.settings().items()
        )
        with self._client() as client:
            return bytes(client.raw_query(f"{sql}\nSETTINGS {settings}", parameters=dict(parameters), fmt=format_name))

    def execute(self, sql: str) -> None:
        """Run one statement that returns nothing.

        Raises:
            StatementError: the engine refused the statement.
        """
        with self._change(), self._client() as client:
            client.command(sql)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert ``rows`` (each in the order of ``columns``) and return when they are durable."""
        with self._change(), self._client() as client:
            client.insert(table, rows, column_names=list(columns), settings={"async_insert": 0})

    def load_segment(self, signal: Signal, segment: Path, token: str) -> None:
        """Load one journal segment; loading it twice with the same ``token`` stores it once.

        Raises:
            SegmentRefusedError: the engine cannot read the segment.
        """
        insert = Insert()
        with self._client() as client:
            try:
                if self.location.path is not None and self._inserts is not None:
                    schema_file = self.location.path / _SCHEMA_FILE
                    with self._inserts.one(client, insert):
                        client.command(load_statement(signal, segment, token, schema_file))
                else:
                    client.command(load_statement(signal, None, token), data=segment.read_bytes())
            except ClickHouseError as error:
                if _is_unreadable(error):
                    raise SegmentRefusedError(_one_line(error), getattr(error, "code", None)) from error
                store_error = _store_error(error, self.location)
                store_error.has_left_nothing = insert.has_left_nothing
                raise store_error from error

    def can_read(self, signal: Signal, segment: Path) -> bool | None:
        """Tell whether the engine understands a segment, which costs much less than to load it.

        ``None``: it cannot be told, by a server, or for other reasons than the segment.
        """
        if self.location.path is None:
            return None
        try:
            with self._client() as client:
                try:
                    client.command(read_statement(signal, segment, self.location.path / _SCHEMA_FILE))
                except ClickHouseError as error:
                    if _is_unreadable(error):
                        # The connection is used again, since nothing of an answer can be left in it: the statement has
                        # none. To open one for each question costs more than all else together.
                        return False
                    raise
        except StoreError:
            return None
        return True

    def can_load(self, signal: Signal) -> bool:
        """Tell whether a segment without messages can be loaded: if so, a segment that cannot is at fault itself."""
        with tempfile.NamedTemporaryFile(suffix=".segment") as empty:
            try:
                self.load_segment(signal, Path(empty.name), f"empty-{time.time_ns()}")
            except StoreError:
                return False
        return True

    def protect(self, *, has_new_tables: bool) -> None:
        """Make what is in the store survive a loss of power; when it is opened, and after tables were made."""
        if self._inserts is not None:
            try:
                self._inserts.protect(has_new_tables=has_new_tables)
            except OSError as error:
                raise StoreUnavailableError(f"{self.location.display} cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Close every connection; the store can be opened again by another process."""
        with self._lock:
            self._is_closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    @contextmanager
    def _client(self) -> Iterator[Client]:
        client: Client | None = None
        is_reusable = False
        try:
            client = self._take()
            yield client
            is_reusable = True
        except ClickHouseError as error:
            raise _store_error(error, self.location) from error
        except OSError as error:
            raise StoreUnavailableError(f"the store {self.location.display} cannot be reached: {error}") from error
        finally:
            if client is not None and is_reusable:
                self._give_back(client)
            elif client is not None:
                # An answer that was stopped halfway leaves its rest in the connection, where the next question would
                # read it as its own.
                client.close()

    def _take(self) -> Client:
        if self._is_closed:
            raise StoreUnavailableError("the store is closed")
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return _connect(self.location, self.location.database)

    def _give_back(self, client: Client) -> None:
        with self._lock:
            if not self._is_closed:
                self._idle.put(client)
                return
        client.close()


def open_store(dsn: str) -> Store:
    """Open the store at ``dsn`` and create its database if there is none; ``migrate()`` makes the tables.

    Raises:
        InvalidDsnError: the DSN names no store that spanlog knows.
        StoreBusyError: another process owns the embedded store.
        StoreUnavailableError: it cannot be reached or opened.
    """
    location = parse_dsn(dsn)
    if location.path is not None:
        configure_engine_memory()
        leave_pandas_out()
        try:
            location.path.mkdir(parents=True, exist_ok=True)
            _write_schema_file(location.path)
            EmbeddedInserts(location.path).mend()
        except OSError as error:
            raise StoreUnavailableError(
                f"the store's folder {location.path} cannot be written: {error.strerror}; choose another with "
                "--data-dir or SPANLOG_DSN"
            ) from error
    try:
        client = _connect(location, None)
        try:
            client.command("CREATE DATABASE IF NOT EXISTS {name:Identifier}", parameters={"name": location.database})
        finally:
            client.close()
    except ClickHouseError as error:
        raise _store_error(error, location) from error
    if location.path is not None:
        release_library_pages()
    return Store(location)


def _write_schema_file(folder: Path) -> None:
    # With no byte free, what was stored can still be read: nothing is written that is there already.
    with suppress(FileNotFoundError):
        if (folder / _SCHEMA_FILE).read_text() == format_schema():
            return
    # Put in place whole: the process that owns the store may be reading it.
    temporary = folder / f"{_SCHEMA_FILE}.{os.getpid()}"
    temporary.write_text(format_schema())
    temporary.replace(folder / _SCHEMA_FILE)


def _connect(location: StoreLocation, database: str | None) -> Client:
    if location.path is not None:
        return clickhouse_connect.get_client(
            interface="chdb", path=str(location.path), database=database, chdb_options=EMBEDDED_LIMITS
        )
    return clickhouse_connect.get_client(
        dsn=location.dsn,
        # Before the DSN's own database exists, the server's default one.
        database=database or "default",
        # One session for all would answer one query at a time.
        autogenerate_session_id=False,
        connect_timeout=_CONNECT_SECONDS,
        send_receive_timeout=_ANSWER_SECONDS,
    )


def _store_error(error: ClickHouseError, location: StoreLocation) -> StoreError:
    code = getattr(error, "code", None)
    message = _one_line(error)
    if _BUSY in message:
        return StoreBusyError(
            f"the store {location.display} cannot be opened: another process owns it, or its files are not readable",
            code,
        )
    if code in _STOPPED_AT_A_LIMIT:
        return QueryTooLargeError(message, code)
    if code is None:
        reason = _ERRNO_TEXT.search(message)
        return StoreUnavailableError(
            f"the store {location.display} does not answer ({reason[1].lower() if reason else message}); "
            "start it, or check SPANLOG_DSN"
        )
    if code in _CANNOT_ANSWER_NOW:
        return StoreUnavailableError(message, code)
    return StatementError(message, code)


def _is_unreadable(error: ClickHouseError) -> bool:
    code = getattr(error, "code", None)
    is_of_the_store = code is None or code in _STOPPED_AT_A_LIMIT or code in _CANNOT_ANSWER_NOW
    return code in _CANNOT_READ or (not is_of_the_store and _WHILE_READING in str(error))


def _one_line(error: ClickHouseError) -> str:
    return " ".join(str(error).split())[:1000]
