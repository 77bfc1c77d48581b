"""``spanlog search``."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import agent_ids
from spanlog_cli.json_output import print_json
from spanlog_cli.output_reader import end_without_reader
from spanlog_cli.periods import PointInTime
from spanlog_cli.render_entry import entry_text
from spanlog_cli.search.histogram_line import BARS, histogram_lines
from spanlog_cli.search.mistake import QueryMistakeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import spanlog
    from spanlog.query.models import Entry

_MAX_LIMIT: Final = 100_000
_REMEMBERED: Final = 10_000
"""Of what was printed newest first, so that the tail does not print it again."""


class _SearchCommand(click.Command):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say of a query that looks like an option how it is given."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name.startswith("--"):
                raise
            raise click.UsageError(
                f"{error.format_message().rstrip('.')}; a query that begins with a minus needs -- before it", ctx
            ) from error


@click.command(cls=_SearchCommand)
@click.argument("query", nargs=-1)
@click.option("--since", type=PointInTime(), default="24h", show_default=True, help="24h, 7d, or an RFC 3339 time.")
@click.option("--until", type=PointInTime(), help="The same; now unless told otherwise.")
@click.option("--agent-id", shell_complete=agent_ids, help="One agent only.")
@click.option(
    "--limit",
    type=click.IntRange(0, _MAX_LIMIT),
    default=100,
    show_default=True,
    help="How many records at most, the newest; with --json 0 is all of them.",
)
@click.option("--follow", "is_followed", is_flag=True, help="Go on with records as they come, until Ctrl-C.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line, newest first, for programs.")
@api_options
def search(  # noqa: PLR0913 - one argument for each option
    *,
    query: tuple[str, ...],
    since: str,
    until: str | None,
    agent_id: str | None,
    limit: int,
    is_followed: bool,
    is_json: bool,
    url: str,
    api_key: str | None,
) -> None:
    """Print the newest records that match QUERY, oldest of them first, and when there were how many.

    The query is as in other log tools. Put it in quotes, for the shell:

    \b
      spanlog search 'level:error agent:crypto "flash loan"'
      spanlog search 'level:>=warn -heartbeat order_id:>100' --since 7d
      spanlog search 'timeout OR "no answer"' --json | jq .message

    Fields are agent, service, category, source, session, logger, event, trace, span, parent, id, level, fingerprint,
    resolved and message; any other name is an attribute's. What begins with a minus needs -- before it.
    """  # noqa: D301 - click's own mark is the character
    if is_followed and until is not None:
        raise click.UsageError("--follow goes on from now: leave --until away")
    if is_followed:
        end_without_reader()
    text = " ".join(query)
    filters: Any = {"since": since, "until": until, "agent_id": agent_id}
    with asking(url, api_key) as client:
        try:
            # Opened first: what comes while the search is printed is not lost.
            tail = client.tail(text, agent_id=agent_id, on_notice=_tell) if is_followed else None
            entries = client.search(text, limit=limit or None, **filters) if is_json or limit else iter(())
            if is_json:
                shown = _print_json(entries)
            else:
                for line in histogram_lines(client.get_histogram(q=text, bars=BARS, **filters)):
                    click.echo(line)
                shown = _print_for_people(entries)
        except _api_error() as error:
            if (mistake := _mistake_in(text, error)) is not None:
                raise mistake from error
            raise
        if tail is not None:
            with tail:
                _follow(tail, shown, is_json=is_json)


def _print_for_people(newest_first: Iterable[Entry]) -> set[str]:
    entries = list(newest_first)[::-1]
    for piece in chain([""] if entries else [], map(entry_text, entries)):
        click.echo(piece)
    return {entry["id"] for entry in entries}


def _print_json(entries: Iterable[Entry]) -> set[str]:
    shown: set[str] = set()
    for entry in entries:
        print_json(entry, is_compact=True)
        if len(shown) < _REMEMBERED:
            shown.add(entry["id"])
    return shown


def _follow(tail: Iterable[Entry], shown: set[str], *, is_json: bool) -> None:
    for entry in tail:
        if entry["id"] in shown:
            shown.discard(entry["id"])
        elif is_json:
            print_json(entry, is_compact=True)
        else:
            click.echo(entry_text(entry))


def _tell(notice: str, detail: dict[str, Any]) -> None:
    click.echo(f"spanlog: {_NOTICES.get(notice, notice).format(records=detail.get('records', 'some'))}", err=True)


_NOTICES: Final = {
    "skipped": "more came at once than is shown: {records} records are left out",
    "dropped": "this terminal did not keep up; going on where it was",
    "lost": "the connection is lost; waiting for the API",
    "back": "the API is back",
}


def _api_error() -> type[spanlog.ApiError]:
    # With the command, not with the module: see asking.
    from spanlog.exceptions import ApiError  # noqa: PLC0415

    return ApiError


def _mistake_in(text: str, error: Exception) -> QueryMistakeError | None:
    """Give the mistake that the API found in the query, with its place; None where it is another."""
    for mistake in cast("spanlog.ApiError", error).errors:
        if mistake["field"] == "q" and "position" in mistake:
            message = mistake["message"].partition(": ")[2] or mistake["message"]
            return QueryMistakeError(message, text, mistake["position"])
    return None
