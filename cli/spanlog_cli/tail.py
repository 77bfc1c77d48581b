"""``spanlog tail``."""

import time
from collections.abc import Iterable

import click

from spanlog_cli.api_client import ApiClient
from spanlog_cli.api_options import api_options
from spanlog_cli.completion.values import agent_ids, session_keys
from spanlog_cli.follow import Entry, LogFollower
from spanlog_cli.json_output import print_json
from spanlog_cli.output_reader import end_without_reader
from spanlog_cli.render_entry import entry_text

POLL_INTERVAL_SECONDS = 0.5
_LEVELS = ("debug", "info", "warn", "error", "critical")
_OTHER_SPELLINGS = {"warning": "warn", "fatal": "critical"}


class _Level(click.Choice[str]):
    """A level, as the API or as Python and OpenTelemetry spell it."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(_OTHER_SPELLINGS.get(value.lower(), value), param, ctx)


@click.command()
@click.option("--agent-id", shell_complete=agent_ids, help="One agent only.")
@click.option("--level", type=_Level(_LEVELS, case_sensitive=False), help="One level only.")
@click.option("--search", metavar="TEXT", help="Only records with this text in the message.")
@click.option("--session-key", shell_complete=session_keys, help="One run or conversation only.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line, for programs.")
@click.option(
    "-n",
    "count",
    type=click.IntRange(0, 100_000),
    default=20,
    show_default=True,
    help="How many to start with.",
)
@click.option("--follow/--no-follow", "is_followed", default=True, help="Whether to wait for new records.")
@api_options
def tail(  # noqa: PLR0913 - one argument for each option
    *,
    agent_id: str | None,
    level: str | None,
    search: str | None,
    session_key: str | None,
    is_json: bool,
    count: int,
    is_followed: bool,
    url: str,
    api_key: str | None,
) -> None:
    """Print the newest records, oldest first, and go on with new ones until Ctrl-C. Times are UTC.

    For a query, such as a level and all above it: spanlog search --follow 'level:>=warn'
    """
    if is_followed:
        end_without_reader()
    filters = {"agent_id": agent_id, "level": level, "search": search, "session_key": session_key}
    with ApiClient(url, api_key) as client:
        follower = LogFollower(client, filters)
        _print(follower.newest(count, is_followed=is_followed), is_json=is_json)
        while is_followed:
            time.sleep(POLL_INTERVAL_SECONDS)
            was_waiting = follower.is_waiting
            entries = follower.new()
            if follower.is_waiting is not was_waiting:
                state = "does not answer; waiting for it" if follower.is_waiting else "is back"
                click.echo(f"spanlog: {client.url} {state}", err=True)
            _print(entries, is_json=is_json)


def _print(entries: Iterable[Entry], *, is_json: bool) -> None:
    for entry in entries:
        if is_json:
            print_json(entry, is_compact=True)
        else:
            click.echo(entry_text(entry))
