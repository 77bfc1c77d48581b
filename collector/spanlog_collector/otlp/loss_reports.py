"""What handlers say that they lost: a record of the handler's own, in a request of its own (``spanlog._loss``)."""

import re
from collections import Counter
from typing import Any, Final

from spanlog_collector.otlp.description import LOGS, Signal
from spanlog_collector.otlp.message_classes import strict_class

MAX_REPORT_BYTES: Final = 8 * 1024
"""A report is alone in its request; larger requests are not looked into, which would cost more than it tells."""

_MARK: Final = b"spanlog.dropped.total"
_PREFIX: Final = "spanlog.dropped."
_SCOPE: Final = "spanlog"
_REASONS: Final = frozenset(
    (
        "queue_full",
        "too_large",
        "unreachable",
        "rejected",
        "shutdown",
        "spool_full",
        "spool_unwritable",
        "spool_damaged",
        "error",
    )
)
_HTTP: Final = re.compile(r"http_[1-5]\d\d", re.ASCII)
_MAX_COUNT: Final = 2**53


def reported_losses(signal: Signal, body: bytes) -> Counter[str]:
    """Return how many records the handler that sent ``body`` says it lost, by reason; mostly none.

    ``body`` is a checked request. Reasons that no handler gives count as ``other``: whoever sends must not be able to
    make time series without end.
    """
    losses: Counter[str] = Counter()
    if signal is not LOGS or len(body) > MAX_REPORT_BYTES or _MARK not in body:
        return losses
    request: Any = strict_class(signal).FromString(body)
    for group in request.resource_logs:
        for scope in group.scope_logs:
            if scope.scope.name != _SCOPE:
                continue
            for record in scope.log_records:
                for pair in record.attributes:
                    count = pair.value.int_value
                    reason = pair.key.removeprefix(_PREFIX)
                    if reason == pair.key or not 0 < count <= _MAX_COUNT:
                        continue
                    if reason in _REASONS or _HTTP.fullmatch(reason):
                        losses[reason] += count
                    elif reason != "total" and not reason.endswith("_time_unix_nano"):
                        losses["other"] += count
    return losses
