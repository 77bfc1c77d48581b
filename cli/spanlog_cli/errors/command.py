"""``spanlog errors``: what the groups are, and what people do with them."""

from __future__ import annotations

import getpass
import re
from typing import TYPE_CHECKING, Any, Final

import click

from spanlog_cli.api_options import api_options
from spanlog_cli.asking import asking
from spanlog_cli.completion.values import agent_ids, fingerprints
from spanlog_cli.json_output import print_json
from spanlog_cli.periods import PointInTime

if TYPE_CHECKING:
    from spanlog.query.models import GroupChange

_STATUSES: Final = ("open", "resolved", "muted", "regressed", "new", "recurring")
_SORTS: Final = ("last_seen", "first_seen", "count", "status")
_FINGERPRINT: Final = re.compile(r"[0-9a-fA-F]{16}")
_json_option = click.option("--json", "is_json", is_flag=True, help="The API's answer, for programs.")
_by_option = click.option("--by", metavar="NAME", help="Who does it; you unless told otherwise.")


class _ErrorsGroup(click.Group):
    """The group; what is asked most goes without a command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read a fingerprint as ``show``, and nothing or an option as ``list``."""
        if not ctx.resilient_parsing:
            if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
                args = ["list", *args]
            elif _FINGERPRINT.fullmatch(args[0]):
                args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ErrorsGroup)
def errors() -> None:
    """List error groups, read one, and say what is done about it.

    A group is named by its fingerprint, 16 hex digits, as the list shows it. Without a command: list, and of a
    fingerprint: show.

    \b
      spanlog errors --since 24h
      spanlog errors 00c3d1a5b7e9f204
      spanlog errors resolve 00c3d1a5b7e9f204
    """  # noqa: D301 - click's own mark is the character


@errors.command("list")
@click.option("--status", type=click.Choice(_STATUSES), help="Only these; open has regressed ones too.")
@click.option("--agent-id", shell_complete=agent_ids, help="One agent only.")
@click.option("--since", type=PointInTime(), help="24h, 7d, or an RFC 3339 time; of all time unless told otherwise.")
@click.option("--until", type=PointInTime(), help="The same.")
@click.option("--search", metavar="TEXT", help="Only with this text in title or type.")
@click.option("--assigned-to", metavar="NAME", help="Only what is assigned to this person or agent.")
@click.option("--sort", type=click.Choice(_SORTS), default="last_seen", show_default=True, help="Greatest first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most.")
@_json_option
@api_options
def list_command(*, is_json: bool, url: str, api_key: str | None, **question: Any) -> None:
    """Print error groups, the latest first."""
    with asking(url, api_key) as client:
        answer = client.get_errors(**question)
    if is_json:
        print_json(answer)
        return
    from spanlog_cli.errors.render import render_list  # noqa: PLC0415 - programs get along without the extra
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415

    print_rich(render_list(answer))


@errors.command()
@click.argument("fingerprint", shell_complete=fingerprints)
@click.option("--since", type=PointInTime(), help="24h, 7d, or an RFC 3339 time; of all time unless told otherwise.")
@_json_option
@api_options
def show(*, fingerprint: str, since: str | None, is_json: bool, url: str, api_key: str | None) -> None:
    """Print one group: over time, by agent, its sessions and traces, and what people did with it."""
    with asking(url, api_key) as client:
        detail = client.get_error(fingerprint, since=since)
    _print(detail, is_json=is_json)


@errors.command()
@click.argument("fingerprint", shell_complete=fingerprints)
@_by_option
@_json_option
@api_options
def resolve(*, fingerprint: str, by: str | None, is_json: bool, url: str, api_key: str | None) -> None:
    """Say that a group is dealt with, with all its records up to now."""
    _change(url, api_key, fingerprint, {"status": "resolved"}, by, is_json=is_json)


@errors.command("open")
@click.argument("fingerprint", shell_complete=fingerprints)
@_by_option
@_json_option
@api_options
def open_command(*, fingerprint: str, by: str | None, is_json: bool, url: str, api_key: str | None) -> None:
    """Say that a group is neither resolved nor muted."""
    _change(url, api_key, fingerprint, {"status": "open"}, by, is_json=is_json)


@errors.command()
@click.argument("fingerprint", shell_complete=fingerprints)
@click.option("--until", metavar="TIME", help="Until this RFC 3339 time.")
@click.option("--count", type=click.IntRange(1), help="Until so many more records have come.")
@_by_option
@_json_option
@api_options
def mute(  # noqa: PLR0913 - one argument for each option
    *,
    fingerprint: str,
    until: str | None,
    count: int | None,
    by: str | None,
    is_json: bool,
    url: str,
    api_key: str | None,
) -> None:
    """Leave a group out of the summary: for good, until a time, or until so many more records."""
    # None is left out where it is sent.
    change: Any = {"status": "muted", "until": until, "count": count}
    _change(url, api_key, fingerprint, change, by, is_json=is_json)


@errors.command()
@click.argument("fingerprint", shell_complete=fingerprints)
@click.argument("name")
@_by_option
@_json_option
@api_options
def assign(  # noqa: PLR0913 - one argument for each option
    *, fingerprint: str, name: str, by: str | None, is_json: bool, url: str, api_key: str | None
) -> None:
    """Say whose a group is to mend; "" for nobody's."""
    _change(url, api_key, fingerprint, {"assigned_to": name}, by, is_json=is_json)


@errors.command()
@click.argument("fingerprint", shell_complete=fingerprints)
@click.argument("text")
@_by_option
@_json_option
@api_options
def comment(  # noqa: PLR0913 - one argument for each option
    *, fingerprint: str, text: str, by: str | None, is_json: bool, url: str, api_key: str | None
) -> None:
    """Leave a remark."""
    _change(url, api_key, fingerprint, {"comment": text}, by, is_json=is_json)


@errors.command()
@click.argument("into", shell_complete=fingerprints)
@click.argument("fingerprints", nargs=-1, required=True, shell_complete=fingerprints)
@_by_option
@_json_option
@api_options
def merge(  # noqa: PLR0913 - one argument for each option
    *, into: str, fingerprints: tuple[str, ...], by: str | None, is_json: bool, url: str, api_key: str | None
) -> None:
    """Make FINGERPRINTS a part of the group INTO, records to come included."""
    with asking(url, api_key) as client:
        detail = client.merge_errors({"into": into, "fingerprints": list(fingerprints), "by": by or _user()})
    _print(detail, is_json=is_json)


@errors.command()
@click.argument("fingerprint", shell_complete=fingerprints)
@_by_option
@_json_option
@api_options
def split(*, fingerprint: str, by: str | None, is_json: bool, url: str, api_key: str | None) -> None:
    """Undo a merge: take FINGERPRINT out of its group, or all others out of it where it is the group."""
    with asking(url, api_key) as client:
        detail = client.split_errors({"fingerprint": fingerprint, "by": by or _user()})
    _print(detail, is_json=is_json)


def _change(  # noqa: PLR0913 - the options of every command that changes a group
    url: str, api_key: str | None, fingerprint: str, change: GroupChange, by: str | None, *, is_json: bool
) -> None:
    body: Any = {name: value for name, value in change.items() if value is not None} | {"by": by or _user()}
    with asking(url, api_key) as client:
        detail = client.change_error(fingerprint, body)
    _print(detail, is_json=is_json)


def _print(detail: Any, *, is_json: bool) -> None:
    if is_json:
        print_json(detail)
        return
    from spanlog_cli.errors.render import render_detail  # noqa: PLC0415 - programs get along without the extra
    from spanlog_cli.rich_console import print_rich  # noqa: PLC0415

    print_rich(render_detail(detail))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run as a user that has no name.
        return "cli"
