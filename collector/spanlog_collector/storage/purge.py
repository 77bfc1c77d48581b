"""Deleting whole days: at once, and with next to no room on the disk, because no row is read or written for it."""

from dataclasses import dataclass
from datetime import date

from spanlog_collector.storage.connection import Store
from spanlog_collector.storage.statements import quote, statement


@dataclass(frozen=True, slots=True)
class DayPartition:
    """One day of one table, and what it holds: ``size_bytes`` as it lies on the disk, compressed."""

    table: str
    day: date
    rows: int
    size_bytes: int


def partitions_before(store: Store, before: date) -> list[DayPartition]:
    """Return the days before ``before`` (UTC), the oldest first, of every table that is kept by day.

    Raises:
        StoreError: the store cannot answer.
    """
    rows = store.query(statement("select_day_partitions.sql"), {"before": before})
    return [
        DayPartition(row["Table"], date.fromisoformat(row["Day"]), int(row["Rows"]), int(row["Bytes"])) for row in rows
    ]


def drop_partition(store: Store, partition: DayPartition) -> None:
    """Delete one day of one table for good; the engine wants 1 MiB free on its disk for it.

    Raises:
        StoreError: the store refused; nothing of that day is deleted.
    """
    # A partition cannot be a bound parameter; the name comes from the engine itself.
    store.execute(f"ALTER TABLE {partition.table} DROP PARTITION {quote(partition.day.isoformat())}")
