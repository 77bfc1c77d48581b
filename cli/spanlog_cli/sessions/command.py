"""``spanlog sessions`` and ``spanlog session``."""

from __future__ import annotations

from itertools import islice
from typing import Any

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import agent_ids, session_keys
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime


@click.command()
@click.option("--agent-id", shell_complete=agent_ids, help="Only those in which this agent took part.")
@click.option("--error/--no-error", "error", default=None, help="Only those with, or without, an error.")
@click.option("--since", type=PointInTime(), default="24h", show_default=True, help="24h, 7d, or an RFC 3339 time.")
@click.option("--until", type=PointInTime(), help="The same; now unless told otherwise.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line, for programs.")
@api_options
def sessions(*, limit: int, is_json: bool, url: str, api_key: str | None, **filters: Any) -> None:
    """Print the runs and conversations, the one that was active last first."""
    with asking(url, api_key) as client:
        found = client.sessions(limit=limit, **filters)
        if is_json:
            for session in found:
                print_json(session, is_compact=True)
            return
        listed = list(found)
    # Imported for people only: programs get along without the extra.
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415
    from spanlog_cli.sessions.render import render_sessions  # noqa: PLC0415

    print_rich(render_sessions(listed, limit))


@click.command("session")
@click.argument("session_key", shell_complete=session_keys)
@click.option("--since", type=PointInTime(), help="24h, 7d, or an RFC 3339 time; all of it unless told otherwise.")
@click.option("--until", type=PointInTime(), help="The same.")
@click.option(
    "--limit", type=click.IntRange(1), default=200, show_default=True, help="How many records and spans at most."
)
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line, for programs: each record and span.")
@api_options
def session_command(
    *, session_key: str, limit: int, is_json: bool, url: str, api_key: str | None, **period: Any
) -> None:
    """Print one run or conversation on one time line: records, spans, errors, tokens and cost."""
    with asking(url, api_key) as client:
        if is_json:
            for item in client.timeline(session_key, limit=limit, **period):
                print_json(item, is_compact=True)
            return
        # The session as a whole comes with the first page.
        whole = client.get_session(session_key, limit=1, **period)["session"]
        items = list(islice(client.timeline(session_key, limit=limit, **period), limit))
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415 - programs get along without the extra
    from spanlog_cli.sessions.render import render_session  # noqa: PLC0415

    print_rich(render_session(whole, items))
