"""Spans and log records → one tree. Pure: no store, no clock.

Whatever senders claim about parents, every row comes out exactly once: what has no parent in the trace, and one
member of every circle, becomes a root and says so.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from spanlog_query_api.models.traces import TraceNode
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND, format_time
from spanlog_query_api.traces.operations import Operation, describe_operation
from spanlog_query_api.traces.rows import LogRow, SpanRow

MAX_NODES: Final = 10_000

MAX_DEPTH: Final = 64
"""A level of the tree is two of JSON, and readers of JSON stop at some depth: some of them at 200."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The roots by start; ``is_truncated`` when not every row had room."""

    roots: list[TraceNode]
    is_truncated: bool


@dataclass(eq=False, slots=True)
class _Item:
    node: TraceNode
    start: int
    parent: "_Item | None" = None
    has_named_a_parent: bool = False
    children: list["_Item"] = field(default_factory=list)


def build_tree(
    spans: Sequence[SpanRow],
    logs: Sequence[LogRow],
    *,
    max_nodes: int = MAX_NODES,
    max_depth: int = MAX_DEPTH,
) -> Tree:
    """Return the tree of a trace's ``spans`` and ``logs``, each given earliest first.

    A log hangs under the log that its parent id names, else under its span, else under the span that its parent id
    names. A span of which there are only logs becomes a node made of them. Of several spans with one id the first
    has the children.
    """
    shown_spans = spans[:max_nodes]
    span_items = [(span, _span_item(span)) for span in shown_spans]
    by_span_id = {span.span_id: item for span, item in reversed(span_items) if span.span_id}
    shown_logs, log_groups = _fitting_logs(logs, by_span_id.keys(), max_nodes - len(shown_spans))
    operations = {span_id: describe_operation(group) for span_id, group in log_groups.items()}
    operation_items = {span_id: _operation_item(span_id, found) for span_id, found in operations.items()}
    by_span_id |= operation_items
    log_items = [(log, _log_item(log)) for log in shown_logs]
    by_log_id = {log.id: item for log, item in reversed(log_items)}

    for span, item in span_items:
        _hang(item, by_span_id.get(span.parent_span_id), span.parent_span_id)
    for span_id, operation in operations.items():
        _hang(operation_items[span_id], by_span_id.get(operation.parent_span_id), operation.parent_span_id)
    for log, item in log_items:
        parent = by_log_id.get(log.parent_log_id)
        if parent is None or parent is item:
            parent = by_span_id.get(log.span_id or log.parent_id.lower())
        _hang(item, parent, log.parent_id)

    # Spans before the operations and logs of the same moment: a sort keeps the order of equals.
    items = [item for _, item in span_items] + list(operation_items.values()) + [item for _, item in log_items]
    _cut_circles(items)
    roots = _flatten(items, max_depth)
    _fill_children(items)
    return Tree(
        roots=[item.node for item in sorted(roots, key=_start)],
        is_truncated=len(shown_spans) < len(spans) or len(shown_logs) < len(logs),
    )


def _fitting_logs(
    logs: Sequence[LogRow], known_span_ids: Iterable[str], room: int
) -> tuple[list[LogRow], dict[str, list[LogRow]]]:
    """Return the logs there is room for, and those of them whose span is not stored, by its id."""
    known = set(known_span_ids)
    shown: list[LogRow] = []
    groups: dict[str, list[LogRow]] = {}
    for log in logs:
        needs_group = bool(log.span_id) and log.span_id not in known
        cost = 2 if needs_group and log.span_id not in groups else 1
        if room < cost:
            break
        room -= cost
        shown.append(log)
        if needs_group:
            groups.setdefault(log.span_id, []).append(log)
    return shown, groups


def _hang(item: _Item, parent: _Item | None, named: str) -> None:
    item.parent = parent if parent is not item else None
    item.has_named_a_parent = bool(named)


def _cut_circles(items: Iterable[_Item]) -> None:
    """Make the earliest member of every circle of parents a root."""
    is_done: set[_Item] = set()
    for item in items:
        path: dict[_Item, None] = {}
        current: _Item | None = item
        while current is not None and current not in is_done and current not in path:
            path[current] = None
            current = current.parent
        if current is not None and current in path:
            members = list(path)
            earliest = min(members[members.index(current) :], key=_start)
            earliest.parent = None
        is_done.update(path)


def _flatten(items: Sequence[_Item], max_depth: int) -> list[_Item]:
    """Fill in the children, those beyond ``max_depth`` under their ancestor just above it; return the roots."""
    below: dict[_Item, list[_Item]] = {}
    roots = []
    for item in items:
        if item.parent is None:
            roots.append(item)
            item.node.is_orphan = item.has_named_a_parent
        else:
            below.setdefault(item.parent, []).append(item)
    waiting = deque((root, 1, root) for root in roots)
    while waiting:
        item, depth, shown_parent = waiting.popleft()
        for child in below.get(item, ()):
            parent = item if depth < max_depth else shown_parent
            child.node.is_flattened = depth >= max_depth
            parent.children.append(child)
            waiting.append((child, min(depth + 1, max_depth), parent))
    return roots


def _fill_children(items: Iterable[_Item]) -> None:
    for item in items:
        item.node.children.extend(child.node for child in sorted(item.children, key=_start))


def _start(item: _Item) -> int:
    return item.start


def _span_item(span: SpanRow) -> _Item:
    node = _node("span", span.span_id, span.name, span.agent_id, span.start)
    node.duration_ms = span.duration / NANOSECONDS_PER_MILLISECOND
    node.status = span.status
    node.message = span.status_message or None
    node.attributes = dict(span.attributes)
    node.events = span.events
    node.links = span.links
    return _Item(node, span.start)


def _log_item(log: LogRow) -> _Item:
    node = _node("log", log.id, log.name, log.agent_id, log.time)
    node.level = log.level
    node.message = log.message
    node.attributes = log.metadata
    return _Item(node, log.time)


def _operation_item(span_id: str, operation: Operation) -> _Item:
    kind: Literal["operation", "missing"] = "operation" if operation.is_operation else "missing"
    node = _node(kind, span_id, operation.name, operation.agent_id, operation.start)
    node.duration_ms = operation.duration_ms
    node.status = operation.status
    return _Item(node, operation.start)


def _node(
    kind: Literal["span", "log", "operation", "missing"], node_id: str, name: str, agent_id: str, start: int
) -> TraceNode:
    return TraceNode(
        kind=kind,
        id=node_id,
        name=name,
        agent_id=agent_id,
        start=format_time(start),
        duration_ms=None,
        status=None,
        level=None,
        message=None,
        attributes={},
        events=[],
        links=[],
        is_orphan=False,
        is_flattened=False,
        children=[],
    )
