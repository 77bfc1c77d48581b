"""``spanlog up``: the whole stack in the foreground."""

import asyncio
import logging
import os
import signal
import time
from pathlib import Path

import click
import uvloop

from spanlog_cli.exceptions import CommandError
from spanlog_cli.stack import DEFAULT_API, Stack, StackConfig
from spanlog_collector.addresses import parse_address
from spanlog_collector.config import DEFAULT_OTLP_GRPC, DEFAULT_OTLP_HTTP, CollectorConfig
from spanlog_collector.data_directory import DEFAULT as DEFAULT_DATA_DIRECTORY
from spanlog_collector.exceptions import ConfigurationError
from spanlog_collector.process_memory import keep_freed_memory, leave_what_is_there_alone
from spanlog_collector.storage import DEFAULT_RETENTION_DAYS, MAX_RETENTION_DAYS, StoreError

NOT_EVERYTHING_STORED = 3
"""Exit code when acknowledged records stay in the journal: the next start stores them."""


@click.command()
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    envvar="SPANLOG_DATA_DIR",
    default=DEFAULT_DATA_DIRECTORY,
    show_default=True,
    show_envvar=True,
    help="Journal and embedded store; one process at a time.",
)
@click.option(
    "--dsn",
    envvar="SPANLOG_DSN",
    show_envvar=True,
    help="Another store: chdb:///folder, or clickhouse://user:password@host:8123/otel "
    "(with a password, better in the environment).",
)
@click.option(
    "--api",
    envvar="SPANLOG_API",
    default=str(DEFAULT_API),
    show_default=True,
    show_envvar=True,
    metavar="HOST:PORT",
    help="Query API.",
)
@click.option(
    "--otlp-http",
    envvar="SPANLOG_OTLP_HTTP",
    default=str(DEFAULT_OTLP_HTTP),
    show_default=True,
    show_envvar=True,
    metavar="HOST:PORT",
    help="OTLP over HTTP.",
)
@click.option(
    "--otlp-grpc",
    envvar="SPANLOG_OTLP_GRPC",
    default=str(DEFAULT_OTLP_GRPC),
    show_default=True,
    show_envvar=True,
    metavar="HOST:PORT",
    help="OTLP over gRPC.",
)
@click.option(
    "--retention-days",
    envvar="SPANLOG_RETENTION_DAYS",
    type=click.IntRange(0, MAX_RETENTION_DAYS),
    default=DEFAULT_RETENTION_DAYS,
    show_default=True,
    show_envvar=True,
    help="For how many days records are kept; 0 for ever.",
)
@click.option("--verbose", "-v", is_flag=True, help="Say more about what happens.")
def up(  # noqa: PLR0913 - one argument for each option
    data_dir: Path, dsn: str | None, api: str, otlp_http: str, otlp_grpc: str, *, retention_days: int, verbose: bool
) -> None:
    """Run collector, store and query API in the foreground.

    Listens on this machine only unless told otherwise; other addresses need SPANLOG_API_KEY. Ctrl-C or SIGTERM
    stops it when everything that was acknowledged is stored.
    """
    configure_logging(verbose=verbose)
    keep_freed_memory()
    api_key = os.environ.get("SPANLOG_API_KEY") or None
    try:
        config = StackConfig(
            data_directory=data_dir,
            dsn=dsn,
            api=parse_address(api),
            api_key=api_key,
            collector=CollectorConfig(
                otlp_http=parse_address(otlp_http), otlp_grpc=parse_address(otlp_grpc), api_key=api_key
            ),
            retention_days=retention_days,
        )
        is_stored = uvloop.run(_run(Stack(config)))
    except (ConfigurationError, StoreError) as error:
        raise CommandError(str(error)) from error
    if not is_stored:
        click.echo("not everything is stored yet: it waits in the journal and is stored at the next start", err=True)
        raise SystemExit(NOT_EVERYTHING_STORED)


def configure_logging(*, verbose: bool) -> None:
    """Log to standard error; libraries only what is worth a person's time."""
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        level=logging.INFO if verbose else logging.WARNING,
    )
    # Their errors reach us as exceptions and are told once, in our words.
    for name in ("clickhouse_connect", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


async def _run(stack: Stack) -> bool:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    began = time.monotonic()
    await stack.start()
    leave_what_is_there_alone()
    click.echo(f"spanlog is up after {time.monotonic() - began:.1f} s; Ctrl-C stops it")
    click.echo(f"  web page    http://{stack.api}/")
    click.echo(f"  query API   http://{stack.api}        (documentation: http://{stack.api}/docs)")
    click.echo(f"  OTLP/HTTP   http://{stack.otlp_http}")
    click.echo(f"  OTLP/gRPC   http://{stack.otlp_grpc}")
    click.echo(f"  store       {stack.store_name}")
    await stopping.wait()
    click.echo("stopping: storing what was acknowledged …")
    is_stored = await stack.stop()
    click.echo("stopped")
    return is_stored
