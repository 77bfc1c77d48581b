"""``spanlog demo``: the stack, a few small agents that really fail, and what spanlog knows about them."""

import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

# Read when gRPC is imported, by the collector. This process starts the agents, and each start would be a line on
# standard error about gRPC threads that do not concern them.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "false"

import click
import uvloop

from spanlog_cli.api_client import ApiClient
from spanlog_cli.exceptions import CommandError
from spanlog_cli.render_summary import render_summary
from spanlog_cli.render_trace import render_trace
from spanlog_cli.rich_console import print_rich
from spanlog_cli.stack import DEFAULT_API, Stack, StackConfig
from spanlog_cli.up import configure_logging
from spanlog_collector.addresses import Address, bind, parse_address
from spanlog_collector.config import DEFAULT_OTLP_GRPC, DEFAULT_OTLP_HTTP, CollectorConfig
from spanlog_collector.exceptions import AddressError, ConfigurationError
from spanlog_collector.storage import StoreError

_IN_THE_WHEEL: Final = Path(__file__).parent / "examples"
_IN_THE_CHECKOUT: Final = Path(__file__).parents[2] / "examples"
_AGENT_SECONDS: Final = 60
_STORED_SECONDS: Final = 10


@click.command()
@click.option("--once", is_flag=True, help="End after printing, instead of staying up.")
@click.option("--api", metavar="HOST:PORT", help=f"Query API.  [default: {DEFAULT_API}, or any free port]")
@click.option("--otlp-http", metavar="HOST:PORT", help=f"OTLP/HTTP.  [default: {DEFAULT_OTLP_HTTP}, or any free port]")
@click.option("--otlp-grpc", metavar="HOST:PORT", help=f"OTLP/gRPC.  [default: {DEFAULT_OTLP_GRPC}, or any free port]")
def demo(*, once: bool, api: str | None, otlp_http: str | None, otlp_grpc: str | None) -> None:
    """Run the whole stack with a few small agents and print what it knows about them.

    Everything is kept in a temporary folder, which goes at the end.
    """
    configure_logging(verbose=False)
    with tempfile.TemporaryDirectory(prefix="spanlog-demo-") as folder:
        try:
            config = StackConfig(
                data_directory=Path(folder),
                api=_address(api, DEFAULT_API),
                collector=CollectorConfig(
                    otlp_http=_address(otlp_http, DEFAULT_OTLP_HTTP),
                    otlp_grpc=_address(otlp_grpc, DEFAULT_OTLP_GRPC),
                ),
            )
            uvloop.run(_run(Stack(config), is_once=once))
        except (ConfigurationError, StoreError) as error:
            raise CommandError(str(error)) from error


def _address(asked: str | None, default: Address) -> Address:
    """Return what was asked for; else the default, or any free port where another program has that one."""
    if asked is not None:
        return parse_address(asked)
    try:
        bind(default, "", "").close()
    except AddressError:
        click.echo(f"{default} is taken by another program; taking a free port instead")
        return Address(default.host, 0)
    return default


async def _run(stack: Stack, *, is_once: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    began = time.monotonic()
    await stack.start()
    try:
        click.echo(f"The stack is up after {time.monotonic() - began:.1f} s: collector, embedded store, query API.")
        agents = asyncio.create_task(_run_agents(stack))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait((agents, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not agents.done():
            agents.cancel()
            return
        agents.result()
        await _wait_until_stored(stack)
        await asyncio.to_thread(_print_what_is_known, f"http://{stack.api}")
        if not is_once:
            _print_where_to_look(stack)
            await stopping.wait()
    finally:
        await stack.stop()


async def _run_agents(stack: Stack) -> None:
    folder = next(place for place in (_IN_THE_CHECKOUT, _IN_THE_WHEEL) if place.is_dir())
    programs = sorted(folder.glob("*.py"))
    click.echo(f"Running {len(programs)} agents: {', '.join(program.stem for program in programs)} …")
    others = ("SPANLOG_", "OTEL_", "GRPC_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    environment["SPANLOG_ENDPOINT"] = f"http://{stack.otlp_http}"
    # What the user's own programs left on disk for this endpoint must not end in a store that goes with the demo.
    environment["SPANLOG_SPOOL_DIR"] = ""
    await asyncio.gather(*(_run_agent(program, environment) for program in programs))


async def _run_agent(program: Path, environment: dict[str, str]) -> None:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _AGENT_SECONDS)
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise CommandError(f"the agent {program} ended with {process.returncode}: {output.decode(errors='replace')}")
    click.echo(f"  {program.stem} is done after {time.monotonic() - began:.1f} s")


async def _wait_until_stored(stack: Stack) -> None:
    deadline = time.monotonic() + _STORED_SECONDS
    while not stack.is_everything_stored:
        if time.monotonic() > deadline:
            raise CommandError("the records are not stored yet; try again, and see what it says with: spanlog up -v")
        await asyncio.sleep(0.05)


def _print_what_is_known(url: str) -> None:
    with ApiClient(url, None) as client:
        summary: Any = client.get("/logs/summary")
        slowest: Any = client.get("/traces", {"order": "duration", "limit": 1})
        click.echo("\nWhat spanlog knows about them:\n")
        print_rich(render_summary(summary))
        for trace in slowest["items"]:
            click.echo("The slowest trace:\n")
            print_rich(render_trace(client.get(f"/traces/{trace['trace_id']}")))


def _print_where_to_look(stack: Stack) -> None:
    url = f"http://{stack.api}"
    click.echo(
        f"""
The stack stays up until Ctrl-C. Open or ask:

  {url}/                          the page: overview, errors, logs, traces, agents, sessions
  {url}/logs/summary              what broke, is it new, how often
  {url}/logs?level=error          the records
  {url}/traces?order=duration     the traces, slowest first
  {url}/docs                      every route, with examples

and with SPANLOG_URL={url} in another terminal: spanlog summary, spanlog tail, spanlog trace ID, spanlog doctor.
Your own program logs here with SPANLOG_ENDPOINT=http://{stack.otlp_http} (the default on the usual port)."""
    )
