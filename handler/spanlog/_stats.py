"""The shape of a handler's counters."""

from __future__ import annotations

from typing import TypedDict


class RecoveredStats(TypedDict):
    """What became of records that other processes left in the spool; they are in no other counter of this one."""

    sent: int
    """Records a collector acknowledged."""
    dropped: dict[str, int]
    """Records lost, by the same reasons."""


class HandlerStats(TypedDict):
    """Where every record is; ``accepted == sent + queued + spooled + sum(dropped.values())`` at all times."""

    accepted: int
    """Records the handler took from the program."""
    sent: int
    """Records a collector acknowledged."""
    queued: int
    """Records that wait in memory or are on their way."""
    spooled: int
    """Records on disk, to be sent when the collector takes them."""
    dropped: dict[str, int]
    """Records lost, by reason: ``queue_full``, ``too_large``, ``unreachable``, ``http_<status>``, ``rejected``,
    ``shutdown``, ``spool_full``, ``spool_unwritable``, ``spool_damaged``, ``error``."""
    recovered: RecoveredStats
    """Records of earlier processes, found in the spool: not of this handler's own accounts."""
