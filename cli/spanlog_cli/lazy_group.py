"""A click group that imports a command when it is called, and ends every mistake with one line on stderr."""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

import click
from click.shell_completion import CompletionItem

from spanlog_cli.commands import LazyCommand
from spanlog_cli.exceptions import CommandError
from spanlog_cli.output_reader import EXIT_BROKEN_PIPE

EXIT_MENDABLE: Final = 2
EXIT_INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""


class LazyGroup(click.Group):
    """The group; its commands are named by a table and imported one at a time."""

    def __init__(self, *args: Any, lazy_commands: Mapping[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy_commands = lazy_commands

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names in the table's order, which is the order people meet them in."""
        return list(self._lazy_commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command.

        Raises:
            ModuleNotFoundError: an extra of the distribution is not installed.
        """
        entry = self._lazy_commands.get(cmd_name)
        if entry is None:
            return None
        try:
            command = getattr(importlib.import_module(entry.module), entry.attribute)
        except ModuleNotFoundError:
            if ctx.resilient_parsing:
                # A shell completes; it is told what is missing when the command is run.
                return None
            raise
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.{entry.attribute} is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; for a name that is none, suggest those of the table."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self._lazy_commands, ctx=ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Give the table's names, importing nothing, and the group's own options."""
        named = [
            CompletionItem(name, help=entry.summary)
            for name, entry in self._lazy_commands.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Print the table, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._lazy_commands.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line; in standalone mode, exit with its code."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        self._run_and_exit(args, prog_name, complete_var, extra)
        return None

    def _run_and_exit(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        extra: Mapping[str, Any],
    ) -> NoReturn:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            # A reader that went away shows itself here at the latest.
            sys.stdout.flush()
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            _say(_usage_line(error))
            sys.exit(error.exit_code)
        except click.ClickException as error:
            _say(error.format_message(), error.lines_below() if isinstance(error, CommandError) else ())
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(EXIT_INTERRUPTED)
        except BrokenPipeError:
            _silence_stdout()
            sys.exit(EXIT_BROKEN_PIPE)
        except ModuleNotFoundError as error:
            line = self._missing_part_line(error, sys.argv[1:] if args is None else args)
            if line is None:
                raise
            _say(line)
            sys.exit(EXIT_MENDABLE)
        sys.exit(code if isinstance(code, int) else 0)

    def _missing_part_line(self, error: ModuleNotFoundError, args: Sequence[str]) -> str | None:
        """Say which extra brings a module that is missing; None where it should have been there (a bug)."""
        name = next((argument for argument in args if argument in self._lazy_commands), "")
        extra = self._lazy_commands[name].extra if name else ""
        if not extra or (error.name or "").partition(".")[0].startswith("spanlog"):
            return None
        return f'"{name}" needs {error.name}, which is not installed: pip install "spanlog[{extra}]"'


def _usage_line(error: click.UsageError) -> str:
    message = error.format_message().rstrip(".").replace("\n", " ")
    command = error.ctx.command_path if error.ctx is not None else "spanlog"
    return f'{message} (see "{command} --help")'


def _say(message: str, below: Sequence[str] = ()) -> None:
    """Print one line, whatever the message is made of, and what belongs below it."""
    line = " ".join(message.split())
    try:
        click.echo("\n".join([f"spanlog: {line}", *below]), err=True)
    except BrokenPipeError:
        return


def _silence_stdout() -> None:
    # The interpreter flushes once more at its end; it shall find somebody who listens.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
