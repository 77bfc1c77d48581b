"""Trace and parent ids: those of the OpenTelemetry span around a call, or those of a spanlog operation.

A program that has never imported OpenTelemetry is not made to: it is looked for among the modules that are
already there.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import Any, NamedTuple


class TraceIds(NamedTuple):
    """The ids a record gets from where it is logged."""

    trace_id: bytes
    """16 bytes."""
    span_id: bytes
    """8 bytes."""
    flags: int
    """W3C trace flags."""
    parent_id: str
    """The span this one hangs under, as 16 hex digits; empty for a root."""


# The operation a piece of code runs in, where no tracing is set up. A context variable, so that asyncio tasks
# see the operation that started them.
CURRENT_OPERATION: ContextVar[TraceIds | None] = ContextVar("spanlog_operation", default=None)

# The last span context seen and its ids: records come in runs from the same span. Replaced as one object, so
# threads may race for it and still read a pair that belongs together.
_last_seen: tuple[object, TraceIds] | None = None


def current_trace_ids() -> TraceIds | None:
    """Give the ids of the innermost span or operation around the caller, or None."""
    global _last_seen  # noqa: PLW0603 - a memo of one
    operation = CURRENT_OPERATION.get()
    trace = loaded_opentelemetry_trace()
    if trace is None:
        return operation
    span = trace.get_current_span()
    context = span.get_span_context()
    last_seen = _last_seen
    if last_seen is not None and last_seen[0] is context:
        return last_seen[1]
    if not context.is_valid:
        return operation
    span_id = context.span_id.to_bytes(8)
    if operation is not None and operation.span_id == span_id:
        # An operation stands in OpenTelemetry's context too, as a span that knows no parent.
        return operation
    parent = getattr(span, "parent", None)
    ids = TraceIds(
        trace_id=context.trace_id.to_bytes(16),
        span_id=span_id,
        flags=context.trace_flags & 0xFF,
        parent_id=f"{parent.span_id:016x}" if parent is not None else "",
    )
    _last_seen = (context, ids)
    return ids


def loaded_opentelemetry_trace() -> Any:
    """Give the module ``opentelemetry.trace`` if the program has imported it (wholly), else None."""
    trace = sys.modules.get("opentelemetry.trace")
    return trace if hasattr(trace, "get_current_span") else None
