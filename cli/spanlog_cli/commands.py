"""Which commands there are: the table that ``spanlog --help`` is printed from without importing any of them."""

from typing import Final, NamedTuple


class LazyCommand(NamedTuple):
    """Where a command is found when it is called."""

    module: str
    attribute: str
    summary: str
    """One line for ``spanlog --help``."""
    extra: str
    """The extra of the distribution that brings what the command needs; empty where nothing more is needed."""


COMMANDS: Final[dict[str, LazyCommand]] = {
    "up": LazyCommand("spanlog_cli.up", "up", "Run the whole stack in the foreground.", "server"),
    "demo": LazyCommand("spanlog_cli.demo", "demo", "Run the stack with a few small agents.", "server"),
    "send": LazyCommand("spanlog_cli.send.command", "send", "Ship log files or standard input.", ""),
    "summary": LazyCommand("spanlog_cli.summary", "summary", "What broke, is it new, has it happened before.", "cli"),
    "errors": LazyCommand(
        "spanlog_cli.errors.command", "errors", "List, read, resolve, mute, assign, merge error groups.", "cli"
    ),
    "tail": LazyCommand("spanlog_cli.tail", "tail", "Print the newest records and follow.", ""),
    "search": LazyCommand("spanlog_cli.search.command", "search", "Find records, as in other log tools.", ""),
    "patterns": LazyCommand(
        "spanlog_cli.patterns.command", "patterns", "What kinds of messages there are, in files or stored.", ""
    ),
    "trace": LazyCommand("spanlog_cli.trace", "trace", "Print a trace, spans and logs, as a tree.", "cli"),
    "traces": LazyCommand(
        "spanlog_cli.traces.command", "traces", "List traces: by agent, name, duration, error.", "cli"
    ),
    "session": LazyCommand(
        "spanlog_cli.sessions.command", "session_command", "One run or conversation on one time line.", "cli"
    ),
    "sessions": LazyCommand("spanlog_cli.sessions.command", "sessions", "List runs and conversations.", "cli"),
    "doctor": LazyCommand(
        "spanlog_cli.doctor.command", "doctor", "What is reachable, what is mis-set, how to mend it.", ""
    ),
    "keys": LazyCommand("spanlog_cli.keys.command", "keys", "Make, list and revoke keys.", ""),
    "audit": LazyCommand("spanlog_cli.audit", "audit", "Who changed what, and when.", ""),
    "replay": LazyCommand("spanlog_cli.replay", "replay", "Send again what the store refused.", "server"),
    "purge": LazyCommand("spanlog_cli.purge", "purge", "Delete days that are not wanted any more.", "server"),
    "completion": LazyCommand(
        "spanlog_cli.completion.command", "completion", "Print the script that makes a shell complete.", ""
    ),
    "migrate": LazyCommand("spanlog_cli.migrate", "migrate", "Bring a store's tables up to date.", "server"),
}
