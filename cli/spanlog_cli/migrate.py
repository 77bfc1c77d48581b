"""``spanlog migrate``: bring a store to this program's schema, without starting anything."""

from pathlib import Path

import click

from spanlog_cli.exceptions import CommandError
from spanlog_cli.up import configure_logging
from spanlog_collector.data_directory import DEFAULT as DEFAULT_DATA_DIRECTORY
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import ConfigurationError
from spanlog_collector.storage import StoreError, open_store
from spanlog_collector.storage import migrate as migrate_store


@click.command()
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
def migrate(data_dir: Path, dsn: str | None) -> None:
    """Apply the migrations that the store does not have yet; spanlog up does the same when it starts."""
    configure_logging(verbose=False)
    data = DataDirectory(data_dir)
    try:
        data.acquire()
        try:
            store = open_store(dsn or f"chdb://{data.store.as_posix()}")
            try:
                applied = migrate_store(store)
            finally:
                store.close()
        finally:
            data.release()
    except (ConfigurationError, StoreError) as error:
        raise CommandError(str(error)) from error
    for migration in applied:
        click.echo(f"applied {migration.version:04} {migration.name}")
    if not applied:
        click.echo("nothing to do: the store has this program's schema")
