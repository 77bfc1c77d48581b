"""What the log records of one ``spanlog.operation()`` say of it, where no span does.

Rule: the handler logs a record when an operation starts and one when it ends, both with the operation's id as their
span id; every record inside it carries the id of the operation around it as its parent id.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from spanlog_query_api.identifiers import is_span_id
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND
from spanlog_query_api.traces.rows import LogRow

_NAME: Final = "spanlog.operation.name"
_EVENT: Final = "spanlog.operation.event"
_DURATION_MS: Final = "spanlog.operation.duration_ms"
_OUTCOME: Final = "spanlog.operation.outcome"

_STATUS_OF_OUTCOME: Final[dict[str, Literal["Ok", "Error"]]] = {"ok": "Ok", "error": "Error"}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; ``is_operation`` is false when nothing says that it is one: then its span is missing."""

    is_operation: bool
    name: str
    agent_id: str
    start: int
    duration_ms: float | None
    status: Literal["Ok", "Error"] | None
    parent_span_id: str


def describe_operation(logs: Sequence[LogRow]) -> Operation:
    """Return what ``logs`` say: all that carry one span id, at least one, earliest first."""
    named = [log for log in logs if log.attributes.get(_NAME)]
    started = next((log for log in named if log.attributes.get(_EVENT) == "start"), None)
    ended = next((log for log in named if log.attributes.get(_EVENT) == "end"), None)
    duration_ms = _milliseconds(ended.attributes.get(_DURATION_MS, "")) if ended else None
    if started is not None:
        start = started.time
    elif ended is not None and duration_ms is not None:
        # Its first record came before the trace's others, or was dropped.
        start = max(0, ended.time - round(duration_ms * NANOSECONDS_PER_MILLISECOND))
    else:
        start = logs[0].time
    return Operation(
        is_operation=bool(named),
        name=named[0].attributes[_NAME] if named else "",
        agent_id=logs[0].agent_id,
        start=start,
        duration_ms=duration_ms,
        status=_STATUS_OF_OUTCOME.get(ended.attributes.get(_OUTCOME, "")) if ended else None,
        parent_span_id=next(
            (log.parent_id for log in (*named, *logs) if is_span_id(log.parent_id) and log.parent_id != log.span_id),
            "",
        ),
    )


def _milliseconds(text: str) -> float | None:
    try:
        milliseconds = float(text)
    except ValueError:
        return None
    return milliseconds if math.isfinite(milliseconds) and milliseconds >= 0 else None
