"""``spanlog trace``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import trace_ids
from spanlog_cli.exceptions import CommandError
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime

if TYPE_CHECKING:
    from spanlog.query.client import QueryClient


@click.command()
@click.argument("trace_id", metavar="[ID]", required=False, shell_complete=trace_ids)
@click.option("--slowest", "is_slowest", is_flag=True, help="Instead of an ID: the trace that took longest.")
@click.option("--since", type=PointInTime(), default="24h", show_default=True, help="With --slowest: from when on.")
@click.option("--json", "is_json", is_flag=True, help="The API's answer, for programs.")
@api_options
def trace(  # noqa: PLR0913 - one argument for each option
    *, trace_id: str | None, is_slowest: bool, since: str, is_json: bool, url: str, api_key: str | None
) -> None:
    """Print the trace with this ID (32 hex digits or a UUID): spans and logs as one tree, with durations."""
    if (trace_id is None) is not is_slowest:
        raise click.UsageError("Give either a trace's ID or --slowest")
    with asking(url, api_key) as client:
        answer = client.get_trace(trace_id or slowest_trace_id(client, since))
    if is_json:
        print_json(answer)
        return
    # Imported for people only: programs get along without the extra.
    from spanlog_cli.render_trace import render_trace  # noqa: PLC0415
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415

    print_rich(render_trace(answer))


def slowest_trace_id(client: QueryClient, since: str) -> str:
    """Give the id of the trace that took longest since then (RFC 3339).

    Raises:
        CommandError: there is none.
    """
    items = client.get_traces(since=since, order="duration", limit=1)["items"]
    if not items:
        raise CommandError(f"no trace since {since}: give a longer --since, or log inside spans or spanlog.operation()")
    return items[0]["trace_id"]
