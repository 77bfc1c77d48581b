"""Sessions for people. Needs the extra ``cli``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from spanlog_cli.counted import counted
from spanlog_cli.displayed_time import date_and_time, duration, time_of_day
from spanlog_cli.render_summary import LEVEL_STYLES
from spanlog_cli.terminal_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spanlog.query.models import Session, SessionItem

_MAX_KEY_CHARACTERS: Final = 64
_MAX_MESSAGE_CHARACTERS: Final = 500
_ERROR: Final = "red"


def render_sessions(sessions: Sequence[Session], limit: int) -> RenderableType:
    """Give what ``rich`` prints of a list of sessions."""
    heading = Text(counted(len(sessions), "session"), style="bold")
    if len(sessions) == limit:
        heading.append(", there may be more (--limit)", style="not bold")
    if not sessions:
        return heading
    table = Table(box=box.SIMPLE)
    table.add_column("session, agents", ratio=1, overflow="fold")
    table.add_column("last seen, took", no_wrap=True)
    table.add_column("logs", justify="right", no_wrap=True)
    table.add_column("spans", justify="right", no_wrap=True)
    table.add_column("errors", justify="right", no_wrap=True)
    table.add_column("tokens, cost", justify="right", no_wrap=True)
    for session in sessions:
        errors = session["error_count"]
        name = Text(one_line(session["session_key"], _MAX_KEY_CHARACTERS))
        name.append(f"\n{one_line(', '.join(session['agents']), 100)}", style="dim")
        table.add_row(
            name,
            f"{date_and_time(session['last_seen'])}\n{duration(session['duration_ms'])}",
            f"{session['log_count']:,}",
            f"{session['span_count']:,}",
            Text(f"{errors:,}" if errors else "-", style=_ERROR if errors else ""),
            _usage(session),
        )
    return Group(heading, table)


def render_session(session: Session | None, items: Sequence[SessionItem]) -> RenderableType:
    """Give what ``rich`` prints of one session: what it is as a whole, then its time line."""
    parts: list[RenderableType] = []
    if session is not None:
        parts.append(_heading(session))
    parts += map(_line, items)
    count = session["log_count"] + session["span_count"] if session is not None else 0
    if count > len(items):
        parts.append(Text(f"{count - len(items):,} more (--limit)", style="yellow"))
    return Group(*parts)


def _heading(session: Session) -> Text:
    text = Text(f"session {one_line(session['session_key'], _MAX_KEY_CHARACTERS)}", style="bold")
    errors = session["error_count"]
    text.append(
        f"\n{date_and_time(session['first_seen'])} to {date_and_time(session['last_seen'])} UTC, "
        f"{duration(session['duration_ms'])}: {counted(session['log_count'], 'log')}, "
        f"{counted(session['span_count'], 'span')}, {counted(session['trace_count'], 'trace')}, ",
        style="not bold",
    )
    text.append(counted(errors, "error"), style=f"not bold {_ERROR}" if errors else "not bold")
    text.append(f"; {one_line(', '.join(session['agents']), 200)}", style="not bold")
    if usage := _usage(session).replace("\n", ", "):
        models = one_line(", ".join(session["models"]), 200)
        text.append(f"\n{usage}{f'; {models}' if models else ''}", style="not bold cyan")
    return text


def _line(item: SessionItem) -> Text:
    text = Text(f"{time_of_day(item['time'])} ", overflow="fold")
    if item["kind"] == "log":
        level = str(item["level"] or "info")
        style = LEVEL_STYLES.get(level, "")
        text.append(f"{level:<8} ", style=style)
        text.append(one_line(item["message"] or "", _MAX_MESSAGE_CHARACTERS), style=style)
    else:
        text.append("span     ", style="cyan")
        text.append(
            one_line(item["name"], _MAX_MESSAGE_CHARACTERS), style=f"bold {_ERROR}" if item["is_error"] else "bold"
        )
        text.append(f"  {duration(item['duration_ms'])}", style="cyan")
        if item["message"]:
            text.append(
                f"  {one_line(item['message'], _MAX_MESSAGE_CHARACTERS)}", style=_ERROR if item["is_error"] else "dim"
            )
    text.append(f"  {one_line(item['agent_id'], 64)}", style="dim")
    if used := _tokens(item["input_tokens"], item["output_tokens"], item["cost"]):
        text.append(f"  {', '.join(used)}", style="cyan")
    return text


def _usage(session: Session) -> str:
    return "\n".join(_tokens(session["input_tokens"], session["output_tokens"], session["cost"]))


def _tokens(given: int | None, gotten: int | None, cost: float | None) -> list[str]:
    told = [f"{given or 0:,} in, {gotten or 0:,} out"] if given is not None or gotten is not None else []
    return told if cost is None else [*told, f"${cost:,.4f}"]
