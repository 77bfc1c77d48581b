"""``operation()``: a named piece of work with its own id, duration and outcome, with or without tracing.

Where the OpenTelemetry SDK is set up, an operation *is* a span. Its start and its end are not logged as well:
the span says both, and the query API builds its tree from spans and from logs, so every operation would stand
there twice. Only the failure is logged too, because errors are grouped and counted from logs.

Where no tracing is set up, the operation makes its own ids and logs a start and an end record through the
logger ``spanlog.operation``.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from spanlog._extras import ATTRIBUTE_BY_EXTRA
from spanlog._values import safe_text
from spanlog.context import (
    CURRENT_OPERATION,
    TraceIds,
    current_trace_ids,
    loaded_opentelemetry_trace,
)

if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType

Function = TypeVar("Function", bound=Callable[..., Any])

_logger = logging.getLogger("spanlog.operation")

_TRACE_ID_BYTES, _SPAN_ID_BYTES = 16, 8
_TOLD = "_spanlog_is_told"
_SAMPLED = 1  # W3C Trace Context, trace-flags
# Frames between the logging call and the ``with`` statement: _log, __enter__ or __exit__.
_STACK_LEVEL = 3


def operation(name: str, /, **attributes: object) -> Operation:
    """Name a piece of work: everything logged inside carries its ids.

    ``with operation("fetch prices", market="ETH") as current:``   around a block, ``current.trace_id`` inside
    ``@operation("fetch prices")``   around every call of a function, async ones too

    Operations nest, across asyncio tasks as well: an inner one has the trace of the outer one and hangs under
    it. An exception that passes is recorded and goes on as it was. ``Exception`` is an error; what is not one
    (a cancelled task, an interrupt) is logged as a warning.

    Args:
        name: what is being done; the same text each time, so that operations can be compared.
        **attributes: what else to say of it; ``agent_id``, ``session_key``, ``category`` and ``source`` mean
            what they mean in ``extra``.
    """
    return Operation(name, attributes)


class Operation:
    """One run of an operation. For one ``with`` statement; as a decorator it makes a new one for each call.

    Attributes:
        name: as given.
        trace_id: 32 hex digits, once entered.
        span_id: 16 hex digits, once entered.
    """

    def __init__(self, name: str, attributes: dict[str, object]) -> None:
        self.name = name
        self.trace_id = ""
        self.span_id = ""
        self._attributes = attributes
        self._token: Token[TraceIds | None] | None = None
        self._span_scope: Any = None
        self._is_traced = False
        self._start_seconds = 0.0

    def __enter__(self) -> Self:
        self._start_seconds = time.perf_counter()
        parent = current_trace_ids()
        trace = loaded_opentelemetry_trace()
        span = self._started_span(trace, parent) if trace is not None else None
        if span is not None:
            self._is_traced = True
            self._enter_span(trace, span)
            return self
        ids = TraceIds(
            trace_id=parent.trace_id if parent is not None else os.urandom(_TRACE_ID_BYTES),
            span_id=os.urandom(_SPAN_ID_BYTES),
            # Sampled: it is recorded, in logs. Otherwise every service called from here would drop its spans.
            flags=parent.flags if parent is not None else _SAMPLED,
            parent_id=parent.span_id.hex() if parent is not None else "",
        )
        self.trace_id, self.span_id = ids.trace_id.hex(), ids.span_id.hex()
        self._token = CURRENT_OPERATION.set(ids)
        if trace is not None:
            # So that what the program calls over the network learns of the operation.
            self._enter_span(trace, _own_span(trace, ids))
        self._log(logging.INFO, "operation %s started", (self.name,), {"spanlog.operation.event": "start"})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        duration_ms = (time.perf_counter() - self._start_seconds) * 1e3
        said: dict[str, object] = {
            "spanlog.operation.event": "end",
            "spanlog.operation.duration_ms": duration_ms,
            "spanlog.operation.outcome": "ok" if error is None else "error",
        }
        if error is not None and _is_told(error):
            # An operation inside this one logged the failure: one failure is one error record. This end is
            # logged where no span says it.
            if not self._is_traced:
                self._log(logging.INFO, "operation %s failed after %.1f ms", (self.name, duration_ms), said)
        elif error is not None:
            is_error = isinstance(error, Exception)
            self._log(
                logging.ERROR if is_error else logging.WARNING,
                "operation %s failed after %.1f ms" if is_error else "operation %s was stopped after %.1f ms",
                (self.name, duration_ms),
                said,
                (type(error), error, trace),
            )
        elif not self._is_traced:
            self._log(logging.INFO, "operation %s finished in %.1f ms", (self.name, duration_ms), said)
        self._leave(kind, error, trace)

    def __call__(self, function: Function) -> Function:
        """Wrap a function, async or not, so that each call is an operation of this name."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def run_async(*args: Any, **kwargs: Any) -> Any:
                with Operation(self.name, self._attributes):
                    return await function(*args, **kwargs)

            return cast("Function", run_async)

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with Operation(self.name, self._attributes):
                return function(*args, **kwargs)

        return cast("Function", run)

    def _started_span(self, trace: Any, parent: TraceIds | None) -> Any:
        """Start a span where there is an SDK behind the API; without one, the API gives back the parent's."""
        try:
            span = trace.get_tracer("spanlog").start_span(self.name, attributes=self._span_attributes())
            context = span.get_span_context()
        except Exception:  # noqa: BLE001 - a sampler or processor of the program's own may raise anything
            return None
        is_own = context.is_valid and (parent is None or context.span_id.to_bytes(_SPAN_ID_BYTES) != parent.span_id)
        return span if is_own else None

    def _enter_span(self, trace: Any, span: Any) -> None:
        context = span.get_span_context()
        self.trace_id, self.span_id = f"{context.trace_id:032x}", f"{context.span_id:016x}"
        self._span_scope = trace.use_span(span, end_on_exit=True)
        self._span_scope.__enter__()

    def _leave(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._span_scope is not None:
            self._span_scope.__exit__(kind, error, trace)
        if self._token is not None:
            # Left in another context than entered (a generator moved between tasks): nothing to restore.
            with contextlib.suppress(ValueError):
                CURRENT_OPERATION.reset(self._token)

    def _span_attributes(self) -> dict[str, Any]:
        return {
            ATTRIBUTE_BY_EXTRA.get(name, name): value
            if isinstance(value, (bool, int, float, str))
            else safe_text(value)
            for name, value in self._attributes.items()
        }

    def _log(
        self,
        level: int,
        message: str,
        args: tuple[object, ...],
        said: dict[str, object],
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | None = None,
    ) -> None:
        if not _logger.isEnabledFor(level):
            return
        # As metadata, because a name such as "message" or "args" is not allowed in extra.
        meant = {name: value for name, value in self._attributes.items() if name in ATTRIBUTE_BY_EXTRA}
        others = {name: value for name, value in self._attributes.items() if name not in ATTRIBUTE_BY_EXTRA}
        metadata = {**others, "spanlog.operation.name": self.name, **said}
        _logger.log(
            level,
            message,
            *args,
            exc_info=exc_info,
            extra={**meant, "metadata": metadata},
            stacklevel=_STACK_LEVEL,
        )


def _is_told(error: BaseException) -> bool:
    """Tell whether an inner operation logged ``error`` already; from now on, yes."""
    if getattr(error, _TOLD, False):
        return True
    # An exception class with slots takes no mark, and is told by each operation it passes.
    with contextlib.suppress(Exception):
        setattr(error, _TOLD, True)
    return False


def _own_span(trace: Any, ids: TraceIds) -> Any:
    context = trace.SpanContext(
        int.from_bytes(ids.trace_id),
        int.from_bytes(ids.span_id),
        is_remote=False,
        trace_flags=trace.TraceFlags(ids.flags),
    )
    return trace.NonRecordingSpan(context)
