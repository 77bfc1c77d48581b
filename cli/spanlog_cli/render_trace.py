"""``GET /traces/{id}`` for people: spans, operations and logs as one tree. Needs the extra ``cli``."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from spanlog_cli.counted import counted
from spanlog_cli.displayed_time import date_and_milliseconds, duration, time_of_day
from spanlog_cli.render_summary import LEVEL_STYLES
from spanlog_cli.terminal_text import one_line

# A tree that walks out of the screen cannot be read: what hangs deeper hangs here, and says so.
_MAX_DEPTH: Final = 16
_MAX_MESSAGE_CHARACTERS: Final = 400
_OPERATION_LOGGER: Final = "spanlog.operation"
_ERROR_STATUSES: Final = frozenset({"error", "status_code_error"})


def render_trace(trace: Mapping[str, Any]) -> RenderableType:
    """Give what ``rich`` prints: one line about the trace, then its tree.

    Args:
        trace: the answer's JSON.
    """
    tree = Tree(_heading(trace), guide_style="dim")
    # No recursion: a trace may be deeper than the interpreter likes.
    waiting = [(tree, 0, node) for node in reversed(_nodes(trace.get("roots")))]
    while waiting:
        parent, depth, node = waiting.pop()
        branch = parent.add(_label(node, depth)) if depth < _MAX_DEPTH else parent
        if depth >= _MAX_DEPTH:
            parent.add(_label(node, depth))
        children = [child for child in _nodes(node.get("children")) if not _repeats_its_operation(child)]
        waiting.extend((branch, depth + 1, child) for child in reversed(children))
    if trace.get("truncated"):
        return Group(tree, Text("the trace is larger than this: not everything is shown", style="yellow"))
    return tree


def _repeats_its_operation(node: Mapping[str, Any]) -> bool:
    """Tell whether a log only says that an operation started or ended well: its node says so already."""
    is_of_operation = node.get("kind") == "log" and node.get("name") == _OPERATION_LOGGER
    return is_of_operation and node.get("level") in {"debug", "info"} and not _nodes(node.get("children"))


def _heading(trace: Mapping[str, Any]) -> Text:
    agents = ", ".join(one_line(str(agent)) for agent in trace.get("agents") or [])
    text = Text(f"trace {one_line(str(trace.get('trace_id', '')))}", style="bold")
    text.append(
        f"\n{date_and_milliseconds(trace.get('start'))} UTC, {duration(trace.get('duration_ms'))}: "
        f"{counted(trace.get('span_count'), 'span')}, {counted(trace.get('log_count'), 'log')}, ",
        style="not bold",
    )
    errors = trace.get("error_count") or 0
    text.append(counted(errors, "error"), style="not bold red" if errors else "not bold")
    text.append(f"; {agents}" if agents else "", style="not bold")
    return text


def _label(node: Mapping[str, Any], depth: int) -> Text:
    text = Text(f"({depth - _MAX_DEPTH} levels deeper) " if depth > _MAX_DEPTH else "", style="dim", overflow="fold")
    if node.get("kind") == "log":
        _add_log(text, node)
    else:
        _add_span(text, node)
    return text


def _add_log(text: Text, node: Mapping[str, Any]) -> None:
    level = str(node.get("level") or "info")
    text.append(f"{time_of_day(node.get('start'))} ", style="not dim")
    text.append(f"{one_line(level, 8):<8}", style=f"not dim {LEVEL_STYLES.get(level, '')}")
    text.append(_safe(node.get("message")), style=f"not dim {LEVEL_STYLES.get(level, '')}")
    attributes = node.get("attributes")
    if isinstance(attributes, Mapping) and (kind := attributes.get("exception.type")):
        exception = f"{_safe(kind)}: {_safe(attributes.get('exception.message'))}"
        text.append(f" ({exception.rstrip(': ')})", style="not dim red")


def _add_span(text: Text, node: Mapping[str, Any]) -> None:
    is_error = str(node.get("status") or "").lower() in _ERROR_STATUSES
    name = _safe(node.get("name")) or ("(not received)" if node.get("kind") == "missing" else "(no name)")
    text.append(name, style="not dim bold red" if is_error else "not dim bold")
    if took := duration(node.get("duration_ms")):
        text.append(f"  {took}", style="not dim cyan")
    if agent := node.get("agent_id"):
        text.append(f"  {_safe(agent)}", style="dim")
    if is_error:
        text.append("  error", style="not dim red")
        text.append(f": {_safe(node.get('message'))}".rstrip(": "), style="not dim red")
    if node.get("is_orphan"):
        text.append("  (its parent was not received)", style="yellow")


def _safe(value: Any) -> str:
    return one_line(str(value), _MAX_MESSAGE_CHARACTERS) if value is not None else ""


def _nodes(value: Any) -> list[Mapping[str, Any]]:
    return [node for node in value if isinstance(node, Mapping)] if isinstance(value, list) else []
