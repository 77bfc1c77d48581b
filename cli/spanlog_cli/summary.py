"""``spanlog summary``."""

from typing import Any, Final

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import agent_ids
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime

EXIT_FOUND: Final = 1
"""There are errors of a kind that ``--fail-on`` names."""

_FAIL_ON: Final = ("new", "recurring", "regressed")


@click.command()
@click.option("--since", type=PointInTime(), default="24h", show_default=True, help="24h, 7d, or an RFC 3339 time.")
@click.option("--until", type=PointInTime(), help="The same; now unless told otherwise.")
@click.option("--agent-id", shell_complete=agent_ids, help="One agent only.")
@click.option("--recurring-min", type=click.IntRange(2), help="How many records make an error recurring.  [default: 3]")
@click.option(
    "--fail-on",
    type=click.Choice(_FAIL_ON),
    multiple=True,
    help="Exit with 1 when there are such errors, for CI jobs; may be given several times.",
)
@click.option("--json", "is_json", is_flag=True, help="The API's answer, for programs.")
@api_options
def summary(  # noqa: PLR0913 - one argument for each option
    *,
    since: str,
    until: str | None,
    agent_id: str | None,
    recurring_min: int | None,
    fail_on: tuple[str, ...],
    is_json: bool,
    url: str,
    api_key: str | None,
) -> None:
    """Print records per agent and level, and the errors: unresolved, new, recurring, regressed, vanished.

    New: not seen in the period of equal length just before. Recurring: three times or more in the period. Regressed:
    seen again after it was resolved. Vanished: seen in the period before, and not in this one. Muted errors are left
    out.
    """
    with asking(url, api_key) as client:
        answer: Any = client.get_summary(since=since, until=until, agent_id=agent_id, recurring_min=recurring_min)
    if is_json:
        print_json(answer)
    else:
        # Imported for people only: programs get along without the extra.
        from spanlog_cli.render_summary import render_summary  # noqa: PLC0415
        from spanlog_cli.rich_console import print_rich  # noqa: PLC0415

        print_rich(render_summary(answer))
    if found := [f"{answer[f'{kind}_total']} {kind}" for kind in fail_on if answer.get(f"{kind}_total")]:
        click.echo(f"spanlog: errors found: {', '.join(found)}", err=True)
        raise SystemExit(EXIT_FOUND)
