"""``spanlog replay``: what lies in quarantine, and out of it again."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from spanlog_cli.doctor.data_directory import LOCK_NAME, running_owner
from spanlog_cli.exceptions import CommandError
from spanlog_cli.json_output import print_json
from spanlog_cli.terminal_text import one_line
from spanlog_collector.data_directory import DEFAULT as DEFAULT_DATA_DIRECTORY
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.journal.quarantine import Quarantine, SetAside
from spanlog_collector.replay import records_of

_POLL_INTERVAL_SECONDS: Final = 0.1
_REFUSED_OR_WAITING: Final = 1


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="All messages in quarantine.")
@click.option("--list", "is_list", is_flag=True, help="List them and do nothing; so does no name and no --all.")
@click.option("--discard", "is_discarding", is_flag=True, help="Delete them for good instead of sending them again.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object, for programs.")
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the running collector.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    envvar="SPANLOG_DATA_DIR",
    default=DEFAULT_DATA_DIRECTORY,
    show_default=True,
    show_envvar=True,
    help="The data directory of the stack.",
)
@click.pass_context
def replay(  # noqa: PLR0913 - one argument for each option
    ctx: click.Context,
    *,
    names: tuple[str, ...],
    is_all: bool,
    is_list: bool,
    is_discarding: bool,
    is_json: bool,
    wait_seconds: float,
    data_dir: Path,
) -> None:
    """Send again what the store refused, say after an upgrade; or list it, or delete it.

    NAMES are those that the list shows. A message that is stored leaves the quarantine; one that is refused again
    stays, with the new reason. With no collector running, the next one does it when it starts. Exit code 1 if a message
    was refused again, or is not decided yet.
    """
    data = DataDirectory(data_dir)
    quarantine = Quarantine(data.quarantine)
    entries = quarantine.entries()
    if is_all and names:
        raise CommandError("give names or --all, not both")
    if is_discarding and not (is_all or names):
        raise CommandError("say what to discard: names, or --all")
    if is_list or not (is_all or names):
        _print_list(data.quarantine, entries, is_json=is_json)
        return
    chosen = entries if is_all else _by_name(entries, names)
    if is_discarding:
        _discard(quarantine, chosen, is_json=is_json)
    else:
        ctx.exit(_send_again(data, quarantine, chosen, wait_seconds, is_json=is_json))


def _send_again(
    data: DataDirectory, quarantine: Quarantine, entries: list[SetAside], wait_seconds: float, *, is_json: bool
) -> int:
    for entry in entries:
        try:
            quarantine.ask_for_replay(entry)
        except FileNotFoundError:
            # It is being decided by somebody else who asked.
            continue
        except OSError as error:
            raise CommandError(f"{entry.path} cannot be renamed: {error.strerror}") from error
    is_running = running_owner(data.path / LOCK_NAME) is not None
    outcome = _Outcome(entries)
    for line in outcome.follow(quarantine, wait_seconds if is_running else 0.0):
        if not is_json:
            click.echo(line)
    if is_json:
        print_json(outcome.told())
    elif outcome.waiting and is_running:
        click.echo(
            f"{len(outcome.waiting)} not decided yet: the store may be away; the running collector goes on trying"
        )
    elif outcome.waiting:
        click.echo(f"no spanlog runs on {data.path}: the next one that starts sends {len(outcome.waiting)}")
    return _REFUSED_OR_WAITING if outcome.refused or (outcome.waiting and is_running) else 0


class _Outcome:
    """What became of the messages that were asked for."""

    def __init__(self, entries: Iterable[SetAside]) -> None:
        self.waiting = {entry.name for entry in entries}
        self.stored: list[str] = []
        self.refused: dict[str, str] = {}

    def follow(self, quarantine: Quarantine, wait_seconds: float) -> Iterator[str]:
        """Yield a line for each that is decided, until all are or ``wait_seconds`` are over."""
        deadline = time.monotonic() + wait_seconds
        while self.waiting:
            # Twice: a message that is renamed meanwhile may be missed by one look.
            there = {entry.name: entry for _ in range(2) for entry in quarantine.entries()}
            for name in sorted(self.waiting):
                entry = there.get(name)
                if entry is None:
                    self.stored.append(name)
                    yield f"stored    {name}"
                elif not entry.is_waiting_for_replay:
                    self.refused[name] = entry.reason
                    yield f"refused   {name}: {one_line(entry.reason)}"
            self.waiting.difference_update(self.stored, self.refused)
            if time.monotonic() >= deadline:
                return
            if self.waiting:
                time.sleep(_POLL_INTERVAL_SECONDS)

    def told(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "stored": self.stored,
            "refused": [{"name": name, "reason": reason} for name, reason in self.refused.items()],
            "waiting": sorted(self.waiting),
        }


def _by_name(entries: list[SetAside], names: tuple[str, ...]) -> list[SetAside]:
    known = {entry.name: entry for entry in entries}
    for name in names:
        if name not in known:
            raise CommandError(f'there is no message {name} in quarantine; "spanlog replay --list" shows what there is')
    return [known[name] for name in dict.fromkeys(names)]


def _discard(quarantine: Quarantine, entries: list[SetAside], *, is_json: bool) -> None:
    for entry in entries:
        try:
            quarantine.remove(entry)
        except OSError as error:
            raise CommandError(f"{entry.path} cannot be removed: {error.strerror}") from error
        if not is_json:
            click.echo(f"discarded {entry.name}")
    if is_json:
        print_json({"discarded": [entry.name for entry in entries]})


def _print_list(directory: Path, entries: list[SetAside], *, is_json: bool) -> None:
    if is_json:
        print_json({"directory": str(directory), "messages": [_told(entry) for entry in entries]})
        return
    click.echo(f"{len(entries)} message{'' if len(entries) == 1 else 's'} in quarantine ({directory})")
    for entry in entries:
        told = _told(entry)
        records = "unreadable" if told["records"] is None else f"{told['records']} {_unit(entry)}"
        waits = ", asked for" if entry.is_waiting_for_replay else ""
        click.echo(f"{entry.name}  {told['since']}  {entry.size_bytes} bytes, {records}{waits}")
        click.echo(f"    {one_line(entry.reason)}")


def _told(entry: SetAside) -> dict[str, Any]:
    return {
        "name": entry.name,
        "signal": entry.signal.name,
        "since": datetime.fromtimestamp(entry.since_unix_seconds, UTC).isoformat(timespec="seconds"),
        "bytes": entry.size_bytes,
        "records": records_of(entry),
        "reason": entry.reason,
        "is_waiting": entry.is_waiting_for_replay,
    }


def _unit(entry: SetAside) -> str:
    return "records" if entry.signal.name == "logs" else "spans"
