"""``spanlog traces``."""

from __future__ import annotations

from typing import Any

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import agent_ids
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime


def _attributes(_ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str] | None:
    pairs = [text.partition("=") for text in given]
    if any(not name or not sign for name, sign, _ in pairs):
        raise click.BadParameter("write NAME=VALUE")
    return {name: value for name, _, value in pairs} or None


@click.command()
@click.option("--agent-id", shell_complete=agent_ids, help="Only those in which this agent took part.")
@click.option("--service", metavar="NAME", help="Only with a span or record of this service.")
@click.option("--name", metavar="NAME", help="Only with a span or operation of this name; * stands for any text.")
@click.option("--min-duration", metavar="TIME", help="Only those that took at least so long: 250ms, 1.5s, 2m.")
@click.option("--max-duration", metavar="TIME", help="Only those that took at most so long.")
@click.option("--error/--no-error", "error", default=None, help="Only those with, or without, an error.")
@click.option(
    "--attr",
    "attributes",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_attributes,
    help="Only with this attribute; several times for several.",
)
@click.option("--since", type=PointInTime(), default="24h", show_default=True, help="24h, 7d, or an RFC 3339 time.")
@click.option("--until", type=PointInTime(), help="The same; now unless told otherwise.")
@click.option(
    "--sort", "order", type=click.Choice(["start", "duration"]), default="start", help="Latest or longest first."
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line, for programs.")
@api_options
def traces(*, limit: int, is_json: bool, url: str, api_key: str | None, **filters: Any) -> None:
    """Print traces, the latest first: what they began with, who took part, how long they took."""
    with asking(url, api_key) as client:
        found = client.traces(limit=limit, **filters)
        if is_json:
            for trace in found:
                print_json(trace, is_compact=True)
            return
        listed = list(found)
    # Imported for people only: programs get along without the extra.
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415
    from spanlog_cli.traces.render import render_traces  # noqa: PLC0415

    print_rich(render_traces(listed, limit))
