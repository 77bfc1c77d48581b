"""``spanlog doctor``: the options, the order of the checks, and how they are printed."""

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click

from spanlog_cli.api_client import ApiClient
from spanlog_cli.api_options import api_options
from spanlog_cli.collector_options import collector_address
from spanlog_cli.doctor.check import Check, Status, problem_of
from spanlog_cli.doctor.collector import check_otlp_grpc, check_otlp_http
from spanlog_cli.doctor.data_directory import check_data_directory
from spanlog_cli.doctor.end_to_end import check_end_to_end
from spanlog_cli.doctor.environment import check_environment
from spanlog_cli.doctor.installation import check_installation
from spanlog_cli.doctor.keys import check_keys
from spanlog_cli.doctor.query_api import check_query_api
from spanlog_cli.doctor.waiting import check_waiting, waiting_by_api, waiting_in_folder
from spanlog_cli.exceptions import CommandError
from spanlog_cli.json_output import print_json
from spanlog_cli.terminal_text import one_line

_COLOURS = {Status.OK: "green", Status.WARNING: "yellow", Status.PROBLEM: "red"}


@click.command()
@click.option("--send", "is_sending", is_flag=True, help="Also send one record and wait until it can be read.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object, for programs.")
@click.option(
    "--endpoint",
    metavar="URL",
    help="The collector. Default: OTEL_EXPORTER_OTLP_ENDPOINT, SPANLOG_ENDPOINT, or http://127.0.0.1:4318.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    envvar="SPANLOG_DATA_DIR",
    default=Path("~/.local/share/spanlog"),
    show_default=True,
    show_envvar=True,
    help="Where a stack on this machine keeps its data.",
)
@api_options
@click.pass_context
def doctor(  # noqa: PLR0913 - one argument for each option
    ctx: click.Context,
    *,
    is_sending: bool,
    is_json: bool,
    endpoint: str | None,
    data_dir: Path,
    url: str,
    api_key: str | None,
) -> None:
    """Say what is reachable, what is mis-set, and how to mend it. Exit code 1 if there is a problem."""
    found: list[Check] = []
    for check in _checks(url, api_key, endpoint, data_dir, is_sending=is_sending):
        found.append(check)
        if not is_json:
            _print(check)
    problems = sum(check.status is Status.PROBLEM for check in found)
    if is_json:
        print_json({"ok": not problems, "checks": [check._asdict() for check in found]})
    elif problems:
        click.echo(f"{problems} problem{'s' if problems > 1 else ''} found")
    else:
        click.echo("no problem found")
    ctx.exit(1 if problems else 0)


def _checks(
    url: str, api_key: str | None, endpoint: str | None, data_dir: Path, *, is_sending: bool
) -> Iterator[Check]:
    yield from check_installation()
    yield from check_environment(os.environ)
    try:
        address = collector_address(endpoint, api_key)
    except CommandError as error:
        yield problem_of("OTLP/HTTP", error)
        address = None
    if address is not None:
        yield from check_otlp_http(address)
        yield from check_otlp_grpc(address)
    waiting = None
    try:
        client = ApiClient(url, api_key)
    except CommandError as error:
        yield problem_of("query API", error)
    else:
        with client:
            yield from check_query_api(client)
            waiting = waiting_by_api(client)
            if is_sending and address is not None:
                yield from check_end_to_end(address, client)
    is_here = is_loopback(url)
    place = str(data_dir.expanduser().absolute() / "quarantine") if is_here else "its data directory"
    if waiting is not None:
        yield from check_waiting(waiting, place, is_running=True)
    elif is_here:
        yield from check_waiting(waiting_in_folder(data_dir), place, is_running=False)
    if is_here:
        yield from check_data_directory(data_dir)
        yield check_keys(data_dir)


def is_loopback(url: str) -> bool:
    """Tell whether a URL names this machine; only then its data directory is of interest."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _print(check: Check) -> None:
    mend = f": {one_line(check.mend)}" if check.mend else ""
    status = click.style(f"{check.status:<8}", fg=_COLOURS[check.status])
    click.echo(f"{status}{one_line(check.name)}: {one_line(check.detail)}{mend}")
