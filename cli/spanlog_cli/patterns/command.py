"""``spanlog patterns``: the options, and whether files are meant or what is stored."""

import os
import stat
import sys
from typing import Any

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import agent_ids
from spanlog_cli.json_output import print_json
from spanlog_cli.patterns.reading import Reading
from spanlog_cli.patterns.stored import print_stored
from spanlog_cli.periods import PointInTime
from spanlog_cli.send.sources import checked_sources

_LEVELS = ("debug", "info", "warn", "error", "critical")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--limit",
    type=click.IntRange(0, 1000),
    default=30,
    show_default=True,
    help="How many are shown; 0: all.",
)
@click.option(
    "--json", "is_json", is_flag=True, help="Of files, an object for each line with its pattern; else the API's answer."
)
@click.option("--since", type=PointInTime(), help="Of what is stored: 24h (the default), 7d, or an RFC 3339 time.")
@click.option("--until", type=PointInTime(), help="The same; now unless told otherwise.")
@click.option("--agent-id", shell_complete=agent_ids, help="Of what is stored: one agent only.")
@click.option("--level", type=click.Choice(_LEVELS, case_sensitive=False), help="Of what is stored: one level only.")
@click.option("--search", metavar="TEXT", help="Of what is stored: only patterns with this text.")
@api_options
@click.pass_context
def patterns(  # noqa: PLR0913 - one argument for each option
    ctx: click.Context,
    *,
    files: tuple[str, ...],
    limit: int,
    is_json: bool,
    since: str | None,
    until: str | None,
    agent_id: str | None,
    level: str | None,
    search: str | None,
    url: str,
    api_key: str | None,
) -> None:
    """Print what kinds of messages there are, and how many of each.

    Of log files or a pipe ("-"), with no stack running: what varies is shown as <*>, and times, levels and hosts at the
    start of lines are left out. Without FILE and without a pipe: of what is stored, with what is new and what vanished.
    """
    filters = {"since": since, "until": until, "agent_id": agent_id, "level": level, "search": search}
    if not files and not _is_fed():
        asked: Any = {**filters, "limit": limit or None}
        with asking(url, api_key) as client:
            answer = client.get_patterns(**asked)
        print_json(answer) if is_json else print_stored(answer)
        return
    for name, value in filters.items():
        if value is not None and files:
            raise click.UsageError(f"--{name.replace('_', '-')} asks what is stored, and FILE is read as it is")
    reading = Reading(checked_sources(files), is_json=is_json)
    try:
        reading.read()
    except KeyboardInterrupt:
        # What was read is worth showing: a pipe does not give it again.
        click.echo("spanlog: interrupted; this is of the lines read so far", err=True)
        reading.print(limit)
        raise
    reading.print(limit)
    for line in reading.shortcomings:
        click.echo(f"spanlog: {line}", err=True)
    ctx.exit(1 if reading.shortcomings else 0)


def _is_fed() -> bool:
    """Tell whether standard input is a pipe or a file; a terminal, or nothing at all, feeds nobody."""
    if sys.stdin is None:
        return False
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
