"""How large and how old what the journal holds may grow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JournalLimits:
    """How large and how old things may grow."""

    segment_bytes: int = 8 * 1024 * 1024
    segment_seconds: float = 0.25
    busy_segment_bytes: int = 8 * 1024 * 1024
    """How large a segment may become while the store is busy with the one before: each insert has a fixed price."""
    max_bytes: int = 1024 * 1024 * 1024
    """Everything not yet loaded, on disk; above it senders are told to come back later."""
    max_waiting_bytes: int = 16 * 1024 * 1024
    """Requests in memory that wait for the disk; one alone may be larger."""
    max_drain_seconds: float = 20.0
    """While the store loads, no more than it takes in this time; one that is away is another matter: ``max_bytes``."""
    burst_bytes: int = 64 * 1024 * 1024
    """What is taken however slow the store."""
    min_free_bytes: int = 64 * 1024 * 1024
    """What is left free on the disk: a store on the same one needs room to load, to merge and to delete."""
