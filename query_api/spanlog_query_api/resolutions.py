"""Who dealt with which record: read and written. The first one who said so stays."""

import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from spanlog_collector.storage import Store
from spanlog_collector.storage.tables import LOG_RESOLUTION_COLUMNS, LOG_RESOLUTIONS
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND
from spanlog_query_api.uuid7 import uuid7_unix_milliseconds

_IDS_PER_QUERY: Final = 1_000
"""Parameters travel in the URL when the store is a server, and a URL is bounded."""

_MAX_REMEMBERED: Final = 2_000
"""Resolutions of single records; people resolve groups."""

_LOADING_MILLISECONDS: Final = 60_000
"""A record that is older than this is in the store, or will not come."""


class StoredRecord(NamedTuple):
    """What of a record is written down when it is resolved."""

    id: str
    fingerprint: int
    unix_nano: int
    agent_id: str
    level: str

    @classmethod
    def of(cls, row: Row) -> "StoredRecord":
        """Return it from a row of ``find_log.sql`` or ``existing_logs.sql``."""
        return cls(row["id"], row["fingerprint"], row["unix_nano"], row["agent_id"], row["level"])


class RecordedResolution(NamedTuple):
    """Who resolved a record first, and when."""

    resolved_by: str
    unix_milliseconds: int


def find_resolutions(queries: QueryRunner, ids: Sequence[str]) -> dict[str, RecordedResolution]:
    """Return those of ``ids`` that are resolved, with who did it first."""
    return _by_id(row for part in _parts(ids) for row in queries.run("resolutions", {"ids": part}))


def known_resolutions(queries: QueryRunner, ids: Sequence[str]) -> Mapping[str, RecordedResolution]:
    """Return what ``find_resolutions`` does and maybe more, for who only shows it; not to be changed."""
    every = queries.remember("resolutions", lambda: _read_all(queries))
    return find_resolutions(queries, ids) if every is None else every


def has_resolutions(queries: QueryRunner) -> bool:
    """Tell whether any record was ever resolved by itself."""
    every = queries.remember("resolutions", lambda: _read_all(queries))
    return every is None or bool(every)


def _read_all(queries: QueryRunner) -> dict[str, RecordedResolution] | None:
    """Return all there are; ``None`` where they are too many to keep in mind."""
    count = queries.run("resolution_count")[0]["count"]
    if count > _MAX_REMEMBERED:
        return None
    # Most often nobody has resolved any.
    return _by_id(queries.run("every_resolution")) if count else {}


def find_existing(queries: QueryRunner, ids: Sequence[str]) -> dict[str, list[StoredRecord]]:
    """Return the stored records that have one of ``ids``, by id: a sender may have used one twice."""
    found: dict[str, list[StoredRecord]] = {}
    for part in _parts(ids):
        for row in queries.run("existing_logs", {"ids": part}):
            found.setdefault(row["id"], []).append(StoredRecord.of(row))
    return found


def is_of_this_minute(log_id: str) -> bool | None:
    """Tell whether a record of this id, if it is not in the store, may just not have been loaded yet.

    Ids made here and by the handler carry their time; of any other nothing is known, and the answer is None.
    """
    try:
        milliseconds = uuid7_unix_milliseconds(uuid.UUID(log_id))
    except ValueError:
        return None
    if milliseconds is None:
        return None
    return milliseconds > time.time_ns() // NANOSECONDS_PER_MILLISECOND - _LOADING_MILLISECONDS


class Resolver:
    """Writes resolutions, one request at a time, so that looking and writing are one step."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def resolve(self, queries: QueryRunner, records: Sequence[StoredRecord], resolved_by: str) -> int:
        """Resolve ``records`` and return how many ids were not resolved before."""
        ids = list(dict.fromkeys(record.id for record in records))
        with self._lock:
            resolved = find_resolutions(queries, ids)
            now = datetime.now(UTC)
            rows = [
                (
                    uuid.UUID(record.id), resolved_by, now,
                    record.fingerprint, record.unix_nano, record.agent_id, record.level, queries.access.name,
                )
                for record in records
                if record.id not in resolved
            ]  # fmt: skip
            if rows:
                self._store.insert(LOG_RESOLUTIONS, LOG_RESOLUTION_COLUMNS, rows)
            return len(ids) - len(resolved)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _IDS_PER_QUERY] for start in range(0, len(ids), _IDS_PER_QUERY))


def _by_id(rows: Iterable[Row]) -> dict[str, RecordedResolution]:
    return {row["id"]: RecordedResolution(row["resolved_by"], row["resolved_unix_milli"]) for row in rows}
