"""How many bytes of requests are in memory at once, over all senders: those that arrive and those being checked."""

from typing import Final

from spanlog_collector.exceptions import OverloadedError

_RETRY_AFTER_SECONDS: Final = 1


class Arrivals:
    """A bound for all requests together. Not thread-safe: it belongs to one event loop."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held_bytes = 0

    @property
    def held_bytes(self) -> int:
        """Bytes of requests in memory now."""
        return self._held_bytes

    def begin(self) -> "Arrival":
        """Return the account of one request; ``close`` it when the request is answered."""
        return Arrival(self)

    def add(self, size: int) -> None:
        """Count ``size`` bytes more.

        Raises:
            OverloadedError: there is no room for them now.
        """
        if self._held_bytes + size > self._max_bytes:
            raise OverloadedError("too many requests arrive at once; send this one again", _RETRY_AFTER_SECONDS)
        self._held_bytes += size

    def release(self, size: int) -> None:
        """Forget ``size`` bytes."""
        self._held_bytes -= size


class Arrival:
    """What one request holds: its body, decompressed."""

    __slots__ = ("_arrivals", "held_bytes")

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self.held_bytes = 0

    def add(self, size: int) -> None:
        """Count ``size`` bytes more.

        Raises:
            OverloadedError: there is no room for them now.
        """
        self._arrivals.add(size)
        self.held_bytes += size

    def close(self) -> None:
        """The request is answered."""
        self._arrivals.release(self.held_bytes)
        self.held_bytes = 0
