"""Trace and parent ids: those of the OpenTelemetry span around a call, or those of a spanlog operation.

A program that has never imported OpenTelemetry is not made to: it is looked for among the modules that are
already there.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import Any

from spanlog import _encode


class TraceIds:
    """The ids a record gets from where it is logged.

    Attributes:
        trace_id: 16 bytes.
        span_id: 8 bytes.
        flags: W3C trace flags.
        parent_id: the span this one hangs under, as 16 hex digits; empty for a root.
        encoded_ids: ids and flags as fields of a LogRecord.
        encoded: these and the parent, an attribute: what a record takes that says nothing else.
    """

    __slots__ = ("encoded", "encoded_ids", "flags", "parent_id", "span_id", "trace_id")

    def __init__(self, trace_id: bytes, span_id: bytes, flags: int, parent_id: str) -> None:
        self.trace_id = trace_id
        self.span_id = span_id
        self.flags = flags
        self.parent_id = parent_id
        self.encoded_ids = _encode.trace_context(trace_id, span_id, flags)
        parent = _encode.attribute(PARENT_ATTRIBUTE, _encode.string_value(parent_id)) if parent_id else b""
        self.encoded = self.encoded_ids + parent


PARENT_ATTRIBUTE = "spanlog.parent_id"

# The operation a piece of code runs in, where no tracing is set up. A context variable, so that asyncio tasks
# see the operation that started them.
CURRENT_OPERATION: ContextVar[TraceIds | None] = ContextVar("spanlog_operation", default=None)

# OpenTelemetry's context last seen here, the operation around it, and the ids of both: records come in runs from
# the same span. The key is the context, an immutable object, because finding the span in it costs several times
# what all of this does. A context variable, so that tasks and threads do not take each other's.
_LAST_SEEN: ContextVar[tuple[object, TraceIds | None, TraceIds | None] | None] = ContextVar(
    "spanlog_last_seen", default=None
)


def current_trace_ids() -> TraceIds | None:
    """Give the ids of the innermost span or operation around the caller, or None."""
    operation = CURRENT_OPERATION.get()
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return operation
    try:
        context = sys.modules["opentelemetry.context"].get_current()
        last_seen = _LAST_SEEN.get()
        if last_seen is not None and last_seen[0] is context and last_seen[1] is operation:
            return last_seen[2]
        ids = _ids_of(trace.get_current_span(context), operation)
    except (AttributeError, KeyError):
        # Another thread is just importing it.
        return operation
    _LAST_SEEN.set((context, operation, ids))
    return ids


def _ids_of(span: Any, operation: TraceIds | None) -> TraceIds | None:
    context = span.get_span_context()
    if not context.is_valid:
        return operation
    span_id = context.span_id.to_bytes(8)
    if operation is not None and operation.span_id == span_id:
        # An operation stands in OpenTelemetry's context too, as a span that knows no parent.
        return operation
    parent = getattr(span, "parent", None)
    return TraceIds(
        trace_id=context.trace_id.to_bytes(16),
        span_id=span_id,
        flags=context.trace_flags & 0xFF,
        parent_id=f"{parent.span_id:016x}" if parent is not None else "",
    )


def loaded_opentelemetry_trace() -> Any:
    """Give the module ``opentelemetry.trace`` if the program has imported it (wholly), else None."""
    trace = sys.modules.get("opentelemetry.trace")
    return trace if hasattr(trace, "get_current_span") else None
