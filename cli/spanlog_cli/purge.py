"""``spanlog purge``: delete what is older than a day, also when the disk has no byte free."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from spanlog_cli.exceptions import CommandError
from spanlog_cli.json_output import print_json
from spanlog_cli.up import configure_logging
from spanlog_collector.data_directory import DEFAULT as DEFAULT_DATA_DIRECTORY
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import ConfigurationError
from spanlog_collector.storage import Store, StoreError, open_store
from spanlog_collector.storage.purge import DayPartition, drop_partition, partitions_before

_BYTES_PER_MIB: Final = 1024 * 1024


@click.command()
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="YYYY-MM-DD",
    help="Delete the days before this one (UTC).",
)
@click.option("--yes", "is_confirmed", is_flag=True, help="Delete; without it the days are only listed.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object, for programs.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    envvar="SPANLOG_DATA_DIR",
    default=DEFAULT_DATA_DIRECTORY,
    show_default=True,
    show_envvar=True,
    help="Where the embedded store is.",
)
@click.option("--dsn", envvar="SPANLOG_DSN", show_envvar=True, help="Another store, as for spanlog up.")
def purge(before: datetime, data_dir: Path, dsn: str | None, *, is_confirmed: bool, is_json: bool) -> None:
    """Delete whole days of logs and traces for good.

    Of a stopped stack: the embedded store belongs to one process. A ClickHouse server is asked directly, running or
    not. Works with no byte free on the disk: spanlog up keeps some room there for it.
    """
    configure_logging(verbose=False)
    try:
        with _store_of(data_dir, dsn) as store:
            found = partitions_before(store, before.date())
            if is_confirmed:
                for partition in found:
                    drop_partition(store, partition)
    except (ConfigurationError, StoreError) as error:
        raise CommandError(str(error)) from error
    _print(found, before.date(), is_deleted=is_confirmed, is_json=is_json)


@contextmanager
def _store_of(data_dir: Path, dsn: str | None) -> Iterator[Store]:
    data = DataDirectory(data_dir)
    is_embedded = dsn is None or dsn.startswith("chdb:")
    if is_embedded:
        data.acquire()
    try:
        if is_embedded:
            data.release_reserve()
        store = open_store(dsn or f"chdb://{data.store.as_posix()}")
        try:
            yield store
        finally:
            store.close()
    finally:
        if is_embedded:
            data.keep_reserve()
            data.release()


def _print(found: Sequence[DayPartition], before: date, *, is_deleted: bool, is_json: bool) -> None:
    rows, size_bytes = sum(part.rows for part in found), sum(part.size_bytes for part in found)
    if is_json:
        days = [
            {"table": part.table, "day": part.day.isoformat(), "rows": part.rows, "bytes": part.size_bytes}
            for part in found
        ]
        print_json(
            {"before": before.isoformat(), "deleted": is_deleted, "rows": rows, "bytes": size_bytes, "days": days}
        )
        return
    for part in found:
        click.echo(f"{part.day}  {part.table:<28} {part.rows:>12,} rows {part.size_bytes / _BYTES_PER_MIB:>9,.1f} MiB")
    if not found:
        click.echo(f"nothing is older than {before}")
    elif is_deleted:
        click.echo(f"deleted {rows:,} rows, {size_bytes / _BYTES_PER_MIB:,.1f} MiB")
    else:
        click.echo(f"{rows:,} rows, {size_bytes / _BYTES_PER_MIB:,.1f} MiB; --yes deletes them")
    if before > datetime.now(tz=UTC).date():
        click.echo("(today is among them)", err=True)
