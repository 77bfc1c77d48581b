"""``spanlog keys``: works on the data directory's file, whether a stack runs there or not."""

import getpass
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from spanlog_cli.exceptions import CommandError
from spanlog_cli.json_output import print_json
from spanlog_cli.keys.expiry import Expiry
from spanlog_cli.terminal_text import one_line
from spanlog_keys import Key, KeyFile, KeyRequest, KeysError, Scope

_Function = TypeVar("_Function", bound=Callable[..., Any])
_NANOSECONDS: Final = 1_000_000_000
_HEADINGS: Final = ("name", "state", "scopes", "agents", "made", "expires")


def _data_dir_option(function: _Function) -> _Function:
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path),
        envvar="SPANLOG_DATA_DIR",
        default=Path("~/.local/share/spanlog"),
        show_default=True,
        show_envvar=True,
        help="The stack's data directory.",
    )(function)


_json_option = click.option("--json", "is_json", is_flag=True, help="One JSON object, for programs.")


@click.group()
def keys() -> None:
    """Make, list and revoke the keys of a stack on this machine.

    A running stack knows of it within a second. As soon as there is a key, the stack asks for one.
    """


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it is for, may be given several times: ingest sends records, read asks, write also resolves, mutes and "
    "merges, admin may do everything and read the audit.",
)
@click.option(
    "--agent", "agents", metavar="AGENT", multiple=True, help="Only this agent's records; may be given several times."
)
@click.option("--expires", "expires_at", type=Expiry(), help="90d, 24h, or an RFC 3339 time; never unless told.")
@click.option("--read-limit", type=click.FloatRange(min=0), help="Questions a second; 0 for no limit.")
@click.option("--ingest-limit", type=click.FloatRange(min=0), help="Requests with records a second; 0 for no limit.")
@_json_option
@_data_dir_option
def create(  # noqa: PLR0913 - one argument for each option
    *,
    name: str,
    scopes: tuple[str, ...],
    agents: tuple[str, ...],
    expires_at: float | None,
    read_limit: float | None,
    ingest_limit: float | None,
    is_json: bool,
    data_dir: Path,
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    try:
        request = KeyRequest(
            name, frozenset(map(Scope, scopes)), frozenset(agents), expires_at, read_limit, ingest_limit
        )
        key, secret = KeyFile(data_dir).create(request, _user())
    except KeysError as error:
        raise CommandError(str(error)) from error
    if is_json:
        print_json({**_key_to_json(key), "key": secret})
        return
    # The key alone on standard output, so that it can go into a file or a variable.
    click.echo(secret)
    click.echo(
        f'key {key.name} ({_scopes(key)}); it is not shown again. "spanlog keys revoke {key.name}" ends it', err=True
    )


@keys.command("list")
@_json_option
@_data_dir_option
def list_command(*, is_json: bool, data_dir: Path) -> None:
    """List all keys there are and were."""
    try:
        found = KeyFile(data_dir).read()
    except KeysError as error:
        raise CommandError(str(error)) from error
    if is_json:
        print_json({"keys": [_key_to_json(key) for key in found]})
        return
    if not found:
        click.echo("there is no key")
        return
    for line in _table([_HEADINGS, *(_row(key) for key in found)]):
        click.echo(line)


@keys.command()
@click.argument("name")
@_json_option
@_data_dir_option
def revoke(*, name: str, is_json: bool, data_dir: Path) -> None:
    """End a key, for good."""
    try:
        key = KeyFile(data_dir).revoke(name, _user())
    except KeysError as error:
        raise CommandError(str(error)) from error
    if is_json:
        print_json(_key_to_json(key))
    else:
        click.echo(f"key {key.name} is revoked")


def _key_to_json(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "state": key.state(time.time()),
        "scopes": sorted(key.scopes),
        "agents": sorted(key.agents),
        "created_at": _time(key.created_unix_nano / _NANOSECONDS),
        "created_by": key.created_by,
        "expires_at": _time(key.expires_at),
        "revoked_at": _time(None if key.revoked_unix_nano is None else key.revoked_unix_nano / _NANOSECONDS),
        "revoked_by": key.revoked_by or None,
        "read_limit": key.read_limit,
        "ingest_limit": key.ingest_limit,
    }


def _row(key: Key) -> tuple[str, ...]:
    return (
        key.name,
        key.state(time.time()),
        _scopes(key),
        one_line(", ".join(sorted(key.agents))) or "all",
        (_time(key.created_unix_nano / _NANOSECONDS) or "")[:10],
        (_time(key.expires_at) or "never")[:10],
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _scopes(key: Key) -> str:
    return ", ".join(scope for scope in Scope if scope in key.scopes)


def _time(unix_seconds: float | None) -> str | None:
    if unix_seconds is None:
        return None
    return datetime.fromtimestamp(unix_seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run as a user that has no name.
        return "cli"
