"""A list of traces for people. Needs the extra ``cli``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from spanlog_cli.counted import counted
from spanlog_cli.displayed_time import date_and_time, duration
from spanlog_cli.terminal_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spanlog.query.models import TraceListItem

_MAX_NAME_CHARACTERS: Final = 160


def render_traces(traces: Sequence[TraceListItem], limit: int) -> RenderableType:
    """Give what ``rich`` prints of a list of traces."""
    heading = Text(counted(len(traces), "trace"), style="bold")
    if len(traces) == limit:
        heading.append(", there may be more (--limit)", style="not bold")
    if not traces:
        return heading
    table = Table(box=box.SIMPLE)
    table.add_column("start, took", no_wrap=True)
    table.add_column("trace, agents", ratio=1, overflow="fold")
    table.add_column("spans", justify="right", no_wrap=True)
    table.add_column("logs", justify="right", no_wrap=True)
    table.add_column("errors", justify="right", no_wrap=True)
    for trace in traces:
        errors = trace["error_count"]
        name = Text(one_line(trace["root_name"], _MAX_NAME_CHARACTERS), style=_style(errors))
        name.append(
            f"\n{one_line(trace['trace_id'], 36)}  {one_line(', '.join(trace['agents']), 100)}", style="not red dim"
        )
        table.add_row(
            f"{date_and_time(trace['start'])}\n{duration(trace['duration_ms'])}",
            name,
            f"{trace['span_count']:,}",
            f"{trace['log_count']:,}",
            Text(f"{errors:,}" if errors else "-", style=_style(errors)),
        )
    return Group(heading, table)


def _style(errors: int) -> str:
    return "red" if errors else ""
