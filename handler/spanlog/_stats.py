"""The shape of a handler's counters."""

from __future__ import annotations

from typing import TypedDict


class HandlerStats(TypedDict):
    """Where every record is; ``accepted == sent + queued + spooled + sum(dropped.values())`` at all times."""

    accepted: int
    """Records the handler took from the program."""
    sent: int
    """Records a collector acknowledged."""
    queued: int
    """Records that wait or are on their way."""
    spooled: int
    """Records on disk."""
    dropped: dict[str, int]
    """Records lost, by reason: ``queue_full``, ``too_large``, ``unreachable``, ``http_<status>``,
    ``rejected``, ``shutdown``, ``error``."""
