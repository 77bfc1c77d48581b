"""One entry of ``GET /logs`` as a line for people."""

from collections.abc import Mapping
from typing import Any, Final

import click

from spanlog_cli.displayed_time import date_and_milliseconds
from spanlog_cli.terminal_text import lines, one_line

_COLOURS: Final = {"debug": "bright_black", "warn": "yellow", "error": "red", "critical": "bright_red"}
# Lines of one message stand behind a bar, so that none of them can pass for an entry of its own.
_CONTINUED: Final = "    | "


def entry_text(entry: Mapping[str, Any]) -> str:
    """Give time, level, agent, message, and what is known beside it; more lines where the message has more."""
    level = str(entry.get("level") or "info")
    first, *rest = lines(str(entry.get("message") or ""))
    head = (
        f"{date_and_milliseconds(entry.get('created_at'))}Z "
        f"{click.style(f'{one_line(level, 8).upper():<8}', fg=_COLOURS.get(level))} "
        f"{one_line(str(entry.get('agent_id') or '-'), 64)}  {first}"
    )
    beside = [f"{name}={one_line(str(entry[key]), 100)}" for key, name in _BESIDE if entry.get(key) not in _UNSAID]
    metadata = entry.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("log.file.name"):
        beside.append(f"file={one_line(str(metadata['log.file.name']), 100)}")
    if isinstance(metadata, Mapping) and (kind := metadata.get("exception.type")) and not rest:
        message = metadata.get("exception.message")
        beside.append(one_line(f"{kind}: {message}" if message else str(kind), 200))
    tail = click.style(f"  ({', '.join(beside)})", dim=True) if beside else ""
    return "\n".join([head + tail, *(_CONTINUED + line for line in rest)])


# The scope of every line sent by "spanlog send" says nothing; the file's name does.
_UNSAID: Final = (None, "", "spanlog.send")
_BESIDE: Final = (
    ("logger", "logger"),
    ("category", "category"),
    ("session_key", "session"),
    ("trace_id", "trace"),
)
