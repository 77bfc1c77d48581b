"""``spanlog send``: the options, and what a person is told at the end."""

import shlex
import sys
from datetime import UTC, tzinfo

import click

from spanlog_cli.api_options import api_key_option
from spanlog_cli.collector_options import collector_address
from spanlog_cli.exceptions import CommandError
from spanlog_cli.otlp_client import DeliveryError, OtlpClient
from spanlog_cli.recognise.severity import of_word
from spanlog_cli.send.batches import BatchBuilder
from spanlog_cli.send.shipping import Reading, Shipment
from spanlog_cli.send.sources import STANDARD_INPUT, LogSource, checked_sources
from spanlog_cli.send.tally import Progress

_LEVELS = ("trace", "debug", "info", "notice", "warn", "error", "critical")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--agent-id", required=True, envvar="SPANLOG_AGENT_ID", show_envvar=True, help="Who logged: at most 64 characters."
)
@click.option("--session-key", envvar="SPANLOG_SESSION_KEY", show_envvar=True, help="Which run or conversation.")
@click.option("--category", help="A free tag for every record.")
@click.option("--source", default="file", show_default=True, help="Where the records came in.")
@click.option(
    "--level",
    type=click.Choice(_LEVELS, case_sensitive=False),
    default="info",
    show_default=True,
    help="For lines in which no level is recognised.",
)
@click.option(
    "--timezone",
    "zone",
    default="local",
    show_default=True,
    metavar="UTC|local|NAME",
    help="For times without a zone; NAME as in Europe/Berlin.",
)
@click.option(
    "--from-line",
    type=click.IntRange(min=1),
    default=1,
    help="Start at this line of the first file, to go on where an earlier run stopped.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="The collector. Default: OTEL_EXPORTER_OTLP_ENDPOINT, SPANLOG_ENDPOINT, or http://127.0.0.1:4318.",
)
@api_key_option
@click.option(
    "--retry-seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="How long a request is tried again while the collector does not take it.",
)
@click.pass_context
def send(  # noqa: PLR0913 - one argument for each option
    ctx: click.Context,
    *,
    files: tuple[str, ...],
    agent_id: str,
    session_key: str | None,
    category: str | None,
    source: str,
    level: str,
    zone: str,
    from_line: int,
    endpoint: str | None,
    api_key: str | None,
    retry_seconds: float,
) -> None:
    """Ship existing log files, or standard input (no FILE, or "-"), as records of one agent.

    Time and level are recognised where a line has them; tracebacks and indented lines belong to the line before.
    Files that end in .gz are read through. Sending a file twice stores it twice.
    """
    severity = of_word(level)
    if severity is None:
        raise CommandError(f"--level {level} is no level")
    reading = Reading(_zone(zone), severity, from_line)
    address = collector_address(endpoint, api_key, agent_id)
    sources = checked_sources(files)
    attributes = {"spanlog.source": source, "spanlog.category": category, "session.id": session_key}
    builder = BatchBuilder(agent_id, {name: value for name, value in attributes.items() if value})
    progress = Progress()
    if sources[0].path is None and sys.stdin is not None and sys.stdin.isatty():
        progress.say("reading from the terminal; end with Ctrl-D")
    with OtlpClient(
        address.logs_url,
        address.headers,
        timeout_seconds=address.timeout_seconds,
        retry_seconds=retry_seconds,
        on_wait=_Patience(progress, retry_seconds).wait,
    ) as client:
        shipment = Shipment(sources, builder, client, reading, progress)
        try:
            _run(shipment, sources)
        except DeliveryError as error:
            progress.clear()
            message = f"{error.message}; {_resume_line(shipment, sources, agent_id)}"
            # Nothing was taken and nothing will be: a mistake in how the command was called.
            is_mistake = error.is_mendable and not shipment.tally.acknowledged_records
            raise (CommandError(message) if is_mistake else DeliveryError(message)) from error
        except KeyboardInterrupt:
            progress.say(f"interrupted; {_resume_line(shipment, sources, agent_id)}")
            raise
    progress.clear()
    is_stdin_only = len(sources) == 1 and sources[0].path is None
    click.echo(shipment.tally.closing_line(len(sources), client.base_url, is_stdin_only=is_stdin_only))
    shortcomings = _shortcomings(shipment)
    for line in shortcomings:
        click.echo(f"spanlog: {line}", err=True)
    ctx.exit(1 if shortcomings else 0)


class _Patience:
    """Says once for each spell of waiting that, and how long, something is waited for."""

    def __init__(self, progress: Progress, retry_seconds: float) -> None:
        self._progress = progress
        self._retry_seconds = retry_seconds
        self._last_problem = ""

    def wait(self, problem: str, _seconds: float) -> None:
        if problem != self._last_problem:
            self._last_problem = problem
            self._progress.say(f"{problem} (trying again for up to {self._retry_seconds:g} s)")


def _run(shipment: Shipment, sources: list[LogSource]) -> None:
    try:
        shipment.run()
    except KeyboardInterrupt:
        # What a pipe has given is nowhere else; a file can be read again.
        if any(source.is_stream for source in sources):
            shipment.run_out()
        raise


def _resume_line(shipment: Shipment, sources: list[LogSource], agent_id: str) -> str:
    acknowledged = f"{shipment.tally.acknowledged_records:,} records were acknowledged"
    index, line = shipment.resume
    if sources[index].path is None:
        return f"{acknowledged}, all before line {line} of standard input"
    names = " ".join(shlex.quote(source.name) for source in sources[index:] if source.name != STANDARD_INPUT)
    return f"{acknowledged}; go on with: spanlog send --agent-id {shlex.quote(agent_id)} --from-line {line} {names}"


def _shortcomings(shipment: Shipment) -> list[str]:
    lines = list(shipment.unreadable)
    if rejected := shipment.tally.rejected_records:
        lines.append(
            f"the collector rejected {rejected:,} records: {shipment.tally.rejected_reason or 'no reason given'}"
        )
    return lines


def _zone(name: str) -> tzinfo | None:
    if name.lower() == "local":
        return None
    if name.upper() == "UTC":
        return UTC
    # Imported when asked: it reads the machine's zone files.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandError(
            f"--timezone {name!r} is not known here: use UTC, local, or a name as Europe/Berlin"
        ) from None
