"""Error groups for people. Needs the extra ``cli``."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from spanlog_cli.displayed_time import date_and_time
from spanlog_cli.render_summary import why_grouped
from spanlog_cli.terminal_text import lines, one_line

_STATUS_STYLES: Final = {"regressed": "bold red", "open": "red", "muted": "dim", "resolved": "green"}
_BARS: Final = " ▁▂▃▄▅▆▇█"
_MAX_TITLE_CHARACTERS: Final = 160
_MAX_CHANGES_SHOWN: Final = 20
_MAX_ROWS_SHOWN: Final = 10


def render_list(answer: Mapping[str, Any]) -> RenderableType:
    """Give what ``rich`` prints of ``GET /errors``."""
    items = answer.get("items") or []
    total = answer.get("total", len(items))
    table = Table(box=box.SIMPLE)
    table.add_column("group", no_wrap=True)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("error, agents", ratio=1, overflow="fold")
    table.add_column("last seen", no_wrap=True)
    for item in items:
        status = str(item.get("status", ""))
        name = Text(one_line(str(item.get("fingerprint", "")), 16))
        name.append(f"\n{one_line(status, 16)}", style=_STATUS_STYLES.get(status, ""))
        table.add_row(name, f"{item.get('count', 0):,}", _what(item), date_and_time(item.get("last_seen")))
    heading = Text(f"{total:,} error {'group' if total == 1 else 'groups'}", style="bold")
    if total > len(items):
        heading.append(f", {len(items):,} shown (--limit)", style="not bold")
    return Group(heading, table) if items else heading


def render_detail(detail: Mapping[str, Any]) -> RenderableType:
    """Give what ``rich`` prints of ``GET /errors/{fingerprint}``."""
    status = str(detail.get("status", ""))
    heading = Text(one_line(str(detail.get("title", "")), _MAX_TITLE_CHARACTERS), style="bold red")
    state = Text(f"{one_line(str(detail.get('fingerprint', '')), 16)}  ")
    state.append(one_line(status, 16), style=_STATUS_STYLES.get(status, ""))
    for key, words in (("resolved_by", "by"), ("muted_until", "until"), ("assigned_to", "assigned to")):
        if value := detail.get(key):
            state.append(f", {words} {one_line(date_and_time(value) if key == 'muted_until' else str(value), 64)}")
    parts: list[RenderableType] = [heading, state]
    count = detail.get("count", 0)
    parts.append(
        Text(
            f"{count:,} {'record' if count == 1 else 'records'}, {date_and_time(detail.get('first_seen'))} to "
            f"{date_and_time(detail.get('last_seen'))} UTC"
        )
    )
    if counts := _numbers(detail.get("counts")):
        parts.append(Text(f"{_bars(counts)}  (a bar: {_span(detail.get('bucket_seconds'))})"))
    if why := why_grouped(detail.get("why")):
        parts.append(Text(f"grouped by {why}", style="dim"))
    parts += [
        Text(f"{name}: {', '.join(values)}")
        for name, values in (
            ("agents", _told(detail.get("agent_counts"), "agent_id")),
            ("sessions", _told(detail.get("sessions"), "session_key")),
            ("traces", [one_line(str(trace), 36) for trace in _some(detail.get("sample_traces"))]),
            ("merged into it", [one_line(str(merged), 16) for merged in _some(detail.get("merged"))]),
        )
        if values
    ]
    parts += [_change(change) for change in list(detail.get("changes") or [])[-_MAX_CHANGES_SHOWN:]]
    return Group(*parts)


def _what(item: Mapping[str, Any]) -> Text:
    text = Text(one_line(str(item.get("title", "")), _MAX_TITLE_CHARACTERS))
    text.append(f"\n{one_line(', '.join(str(agent) for agent in item.get('agents') or []), 100)}", style="dim")
    return text


def _change(change: Mapping[str, Any]) -> Text:
    text = Text(f"{date_and_time(change.get('at'))}  {one_line(str(change.get('by', '')), 64)}: ")
    text.append(one_line(str(change.get("action", "")), 16), style="bold")
    for words, key in (("with", "other_fingerprint"), ("until", "until"), ("for records", "count")):
        if value := change.get(key):
            text.append(f" {words} {one_line(str(value), 64)}")
    if said := change.get("text"):
        text.append("\n    ".join(["", *lines(str(said))]))
    return text


def _some(values: Any) -> Sequence[Any]:
    return values[:_MAX_ROWS_SHOWN] if isinstance(values, list) else []


def _told(rows: Any, name: str) -> list[str]:
    return [f"{one_line(str(row.get(name, '')), 64)} ({row.get('count', 0):,})" for row in _some(rows)]


def _numbers(buckets: Any) -> list[int]:
    return [int(bucket.get("count", 0)) for bucket in buckets] if isinstance(buckets, list) else []


def _bars(counts: Sequence[int]) -> str:
    most = max(counts) or 1
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)


def _span(seconds: Any) -> str:
    if not isinstance(seconds, int):
        return "?"
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
