"""``GET /logs/summary`` for people. Needs the extra ``cli``."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from spanlog_cli.displayed_time import date_and_time
from spanlog_cli.terminal_text import one_line

_LEVELS: Final = ("debug", "info", "warn", "error", "critical")
LEVEL_STYLES: Final = {"debug": "dim", "info": "", "warn": "yellow", "error": "red", "critical": "bold red"}
_MAX_GROUPS_SHOWN: Final = 10
_MAX_AGENTS_SHOWN: Final = 20
_MAX_TITLE_CHARACTERS: Final = 160
_MAX_WHY_CHARACTERS: Final = 120
_SECTIONS: Final = (
    ("unresolved", "Unresolved errors"),
    ("new", "New errors, not seen in the period before"),
    ("recurring", "Recurring errors"),
)
# Told when there are any: what is not there is no news of these.
_RARE_SECTIONS: Final = (
    ("regressed", "Regressed: seen again after they were resolved"),
    ("vanished", "Vanished: seen in the period before, and not in this one"),
)
_MAX_PATTERNS_SHOWN: Final = 10


def render_summary(summary: Mapping[str, Any]) -> RenderableType:
    """Give what ``rich`` prints: records per agent and level, then the error groups.

    Args:
        summary: the answer's JSON.
    """
    parts: list[RenderableType] = [_heading(summary), _agents_table(summary)]
    # A group is often in several of the lists; what it is gets told the first time.
    told: set[str] = set()
    rare = [(key, title) for key, title in _RARE_SECTIONS if summary.get(key)]
    for key, title in (*_SECTIONS, *rare):
        groups = summary.get(key) or []
        total = summary.get(f"{key}_total", len(groups))
        parts.append(Text(f"{title}: {total:,}" if total else f"{title}: none", style="bold"))
        if groups:
            parts.append(_groups_table(groups, total, told))
        else:
            parts.append(Text(""))
    if patterns := summary.get("top_patterns"):
        parts += [Text("Most frequent messages", style="bold"), _patterns_table(patterns)]
    return Group(*parts)


def _patterns_table(patterns: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("pattern", ratio=1, overflow="fold")
    for pattern in patterns[:_MAX_PATTERNS_SHOWN]:
        template = one_line(str(pattern.get("template", "")), _MAX_TITLE_CHARACTERS)
        table.add_row(f"{pattern.get('count', 0):,}", Text(template))
    return table


def _heading(summary: Mapping[str, Any]) -> Text:
    agent = summary.get("agent_id")
    who = f"agent {one_line(str(agent))}" if agent else "all agents"
    period = f"{date_and_time(summary.get('since'))} to {date_and_time(summary.get('until'))} UTC"
    total = summary.get("total", 0)
    return Text(f"{total:,} {'record' if total == 1 else 'records'} of {who}, {period}")


def _agents_table(summary: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE, show_footer=True)
    agents = summary.get("agents") or []
    rest = len(agents) - _MAX_AGENTS_SHOWN
    table.add_column("agent", footer=f"all ({rest:,} agents not shown)" if rest > 0 else "all", overflow="fold")
    table.add_column("records", f"{summary.get('total', 0):,}", justify="right")
    by_level = summary.get("by_level") or {}
    for level in _LEVELS:
        table.add_column(level, f"{by_level.get(level, 0):,}", justify="right")
    for agent in agents[:_MAX_AGENTS_SHOWN]:
        table.add_row(
            Text(one_line(str(agent.get("agent_id", "")), 64) or "(no name)"),
            f"{agent.get('total', 0):,}",
            *(_count(agent.get(level, 0), level) for level in _LEVELS),
        )
    return table


def _count(count: int, level: str) -> Text:
    return Text(f"{count:,}", style=LEVEL_STYLES[level]) if count else Text("-", style="dim")


def _groups_table(groups: Sequence[Mapping[str, Any]], total: int, told: set[str]) -> Table:
    table = Table(box=box.SIMPLE)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("error, agents", ratio=1, overflow="fold")
    table.add_column("first and last seen", no_wrap=True)
    for group in groups[:_MAX_GROUPS_SHOWN]:
        table.add_row(
            f"{group.get('count', 0):,}",
            _group_text(group, is_told=str(group.get("fingerprint")) in told),
            f"{date_and_time(group.get('first_seen'))}\n{date_and_time(group.get('last_seen'))}",
        )
        told.add(str(group.get("fingerprint")))
    if total > _MAX_GROUPS_SHOWN:
        table.add_row("", Text(f"… and {total - _MAX_GROUPS_SHOWN:,} more (--json)", style="dim"), "")
    return table


def _group_text(group: Mapping[str, Any], *, is_told: bool) -> Text:
    text = Text(one_line(str(group.get("title", "")), _MAX_TITLE_CHARACTERS), style="red")
    text.append(f"\n{one_line(', '.join(str(agent) for agent in group.get('agents') or []), 100)}", style="not red")
    if is_told:
        return text
    if why := why_grouped(group.get("why")):
        text.append(f"\ngrouped by {why}", style="not red dim")
    if trace_id := group.get("sample_trace_id"):
        text.append(f"\ntrace {one_line(str(trace_id))}", style="not red dim")
    return text


def why_grouped(why: Any) -> str:
    """Give on one line which rule made a group, and what it looked at."""
    if not isinstance(why, Mapping) or not why.get("rule"):
        return ""
    parts = why.get("parts")
    looked_at = (
        ", ".join(str(part) for part in parts) if isinstance(parts, Sequence) and not isinstance(parts, str) else ""
    )
    return one_line(f"{why['rule']}: {looked_at}" if looked_at else str(why["rule"]), _MAX_WHY_CHARACTERS)
