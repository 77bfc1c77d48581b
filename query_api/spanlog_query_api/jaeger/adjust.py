"""What Jaeger does to a trace before it shows it: leave out spans that are there twice, and warn of what is odd.

Rules: the standard adjusters of Jaeger's query service with its default setting, which corrects no clocks but says by
how much it would. Clients ask for ``raw`` to have none of it.
"""

from typing import Final

from spanlog_query_api.jaeger.durations import format_duration
from spanlog_query_api.jaeger.spans import Span

_LIBRARY_ATTRIBUTES: Final = frozenset(
    (
        "telemetry.sdk.language",
        "telemetry.sdk.name",
        "telemetry.sdk.version",
        "telemetry.distro.name",
        "telemetry.distro.version",
    )
)

_HOST_ATTRIBUTES: Final = ("host.id", "host.ip", "host.name")


def adjust(spans: list[Span]) -> list[Span]:
    """Return the spans of one trace, given earliest first, with warnings and without those that are there twice."""
    kept = _distinct(spans)
    _warn_of_parents_and_clocks(kept)
    for span in kept:
        _remove_links_to_nothing(span)
        _move_library_attributes(span)
    return kept


def _distinct(spans: list[Span]) -> list[Span]:
    """Return the spans without exact copies."""
    seen: dict[tuple[str, int, str], list[Span]] = {}
    kept = []
    for span in spans:
        alike = seen.setdefault((span.span_id, span.start, span.name), [])
        if span not in alike:
            alike.append(span)
            kept.append(span)
    return kept


def _warn_of_parents_and_clocks(spans: list[Span]) -> None:
    by_id: dict[str, Span] = {}
    for span in spans:
        if span.span_id in by_id:
            span.warnings.append("duplicate span IDs; skipping clock skew adjustment")
        else:
            by_id[span.span_id] = span
    children: dict[str, list[Span]] = {}
    roots = []
    for span in by_id.values():
        if not span.parent_span_id:
            roots.append(span)
        elif span.parent_span_id in by_id:
            children.setdefault(span.parent_span_id, []).append(span)
        else:
            span.warnings.append(
                f"parent span ID={span.parent_span_id} is not in the trace; skipping clock skew adjustment"
            )
            roots.append(span)
    # Traces are deeper than Python's stack. Circles have no root, and are left as they are.
    waiting = [(child, root, 0) for root in roots for child in children.get(root.span_id, ())]
    while waiting:
        span, parent, skew = waiting.pop()
        if not _host(span) or _host(span) != _host(parent):
            skew = _skew(span, parent)
        if skew:
            span.warnings.append(
                f"clock skew adjustment disabled; not applying calculated delta of {format_duration(skew)}"
            )
        waiting.extend((child, span, skew) for child in children.get(span.span_id, ()))


def _host(span: Span) -> str:
    """Return what tells the machine that a span is from; empty where nothing does."""
    return next((span.resource[name] for name in _HOST_ATTRIBUTES if span.resource.get(name)), "")


def _skew(child: Span, parent: Span) -> int:
    """Return by how many nanoseconds ``child`` would have to be moved to lie within ``parent``."""
    if child.duration > parent.duration:
        # It was asynchronous, or its parent did not wait for it: all to be asked is that it begins after its parent.
        return max(0, parent.start - child.start)
    if parent.start <= child.start and child.start + child.duration <= parent.start + parent.duration:
        return 0
    # The way there is taken to be as long as the way back.
    return parent.start + (parent.duration - child.duration) // 2 - child.start


def _remove_links_to_nothing(span: Span) -> None:
    valid = [link for link in span.links if link.trace_id.strip("0")]
    span.warnings.extend(["Invalid span link removed"] * (len(span.links) - len(valid)))
    span.links = valid


def _move_library_attributes(span: Span) -> None:
    for name in sorted(_LIBRARY_ATTRIBUTES & span.attributes.keys()):
        value = span.attributes[name]
        if span.resource.get(name, value) != value:
            span.warnings.append(f"conflicting values between Span and Resource for attribute {name}")
            continue
        span.resource = span.resource | {name: value}
        span.attributes = {other: text for other, text in span.attributes.items() if other != name}
