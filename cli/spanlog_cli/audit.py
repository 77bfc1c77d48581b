"""``spanlog audit``."""

from typing import Any

import click

from spanlog_cli.api_client import ApiClient
from spanlog_cli.api_options import api_options
from spanlog_cli.displayed_time import date_and_time
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime
from spanlog_cli.terminal_text import one_line

_MAX_DETAIL_CHARACTERS = 200


@click.command()
@click.option("--since", type=PointInTime(), help="24h, 7d, or an RFC 3339 time; ever unless told otherwise.")
@click.option("--until", type=PointInTime(), help="The same.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Changes at most, the latest."
)
@click.option("--json", "is_json", is_flag=True, help="The API's answer, for programs.")
@api_options
def audit(  # noqa: PLR0913 - one argument for each option
    *, since: str | None, until: str | None, limit: int, is_json: bool, url: str, api_key: str | None
) -> None:
    """Print who changed what, the latest first: what was resolved, muted, merged, and keys. Needs the scope admin."""
    with ApiClient(url, api_key) as client:
        answer = client.get("/audit", {"since": since, "until": until, "limit": limit})
    if is_json:
        print_json(answer)
        return
    for item in answer["items"]:
        click.echo(_line(item))
    if not answer["items"]:
        click.echo("nothing was changed")


def _line(item: dict[str, Any]) -> str:
    who = f"by {item['by']}" + (f" with {item['key']}" if item["key"] else "")
    count = f" and {item['count'] - 1:,} more" if item["count"] > 1 else ""
    detail = f"  ({one_line(item['detail'], _MAX_DETAIL_CHARACTERS)})" if item["detail"] else ""
    return one_line(f"{date_and_time(item['at'])}  {item['action']:<14}  {item['target']}{count}  {who}") + detail
