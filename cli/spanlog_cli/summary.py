"""``spanlog summary``."""

import click

from spanlog_cli.api_client import ApiClient
from spanlog_cli.api_options import api_options
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime


@click.command()
@click.option("--since", type=PointInTime(), default="24h", show_default=True, help="24h, 7d, or an RFC 3339 time.")
@click.option("--until", type=PointInTime(), help="The same; now unless told otherwise.")
@click.option("--agent-id", help="One agent only.")
@click.option("--json", "is_json", is_flag=True, help="The API's answer, for programs.")
@api_options
def summary(  # noqa: PLR0913 - one argument for each option
    *, since: str, until: str | None, agent_id: str | None, is_json: bool, url: str, api_key: str | None
) -> None:
    """Print records per agent and level, and the errors: unresolved, new, recurring.

    New: not seen in the period of equal length just before. Recurring: three times or more in the period.
    """
    with ApiClient(url, api_key) as client:
        answer = client.get("/logs/summary", {"since": since, "until": until, "agent_id": agent_id})
    if is_json:
        print_json(answer)
        return
    # Imported for people only: programs get along without the extra.
    from spanlog_cli.render_summary import render_summary  # noqa: PLC0415
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415

    print_rich(render_summary(answer))
