"""The console script ``spanlog``. Importing this module imports click and nothing else of weight."""

import sys
from io import TextIOWrapper
from typing import Any

import click

from spanlog_cli.commands import COMMANDS
from spanlog_cli.lazy_group import LazyGroup


def _print_version(ctx: click.Context, _parameter: click.Parameter, is_asked: Any) -> None:
    if not is_asked or ctx.resilient_parsing:
        return
    # Imported when asked: reading it must not make every command dearer.
    from importlib.metadata import version  # noqa: PLC0415

    click.echo(f"spanlog {version('spanlog')}")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy_commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version and exit.",
)
def cli() -> None:
    """One place for what agents, bots and services log.

    Start a stack with "spanlog up", attach spanlog.SpanlogHandler to your loggers, and ask "spanlog summary".
    """


def main() -> None:
    """Run the command line and exit: 0 done, 1 not all of it, 2 a mistake that can be mended, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks is no reason to end with a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="spanlog")
