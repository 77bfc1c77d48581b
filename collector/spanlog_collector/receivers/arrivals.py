"""How many bytes of requests are in memory at once, over all senders and protocols, until they are answered.

One bound for all, held against what a request announces before anything of it is read, and against what it turns out
to be when it is decompressed. Beyond it go only two: one that comes when there is no other, and one at a time that
grows. So the most there can be is the bound and the largest request, whatever comes.

Small requests have a room of their own: large ones that arrive slowly do not keep them out.
"""

from typing import Final

from spanlog_collector.exceptions import OverloadedError

SMALL_BYTES: Final = 64 * 1024
"""What a small request has at most."""
_SMALL_TOGETHER_BYTES: Final = 4 * 1024 * 1024
_RETRY_AFTER_SECONDS: Final = 1


class Arrivals:
    """A bound for all requests together. Not thread-safe: it belongs to one event loop."""

    def __init__(self, max_bytes: int) -> None:
        """Hold at most ``max_bytes`` of requests that are not small."""
        self._max_bytes = max_bytes
        self._large_bytes = 0
        self._small_bytes = 0
        self._beyond: Arrival | None = None

    @property
    def held_bytes(self) -> int:
        """Bytes of requests in memory now, or announced and about to come."""
        return self._large_bytes + self._small_bytes

    def begin(self, announced_bytes: int = 0) -> "Arrival":
        """Return the account of one request; ``close`` it when the request is answered.

        Raises:
            OverloadedError: there is no room for it now.
        """
        if announced_bytes <= SMALL_BYTES:
            if self._small_bytes + announced_bytes > _SMALL_TOGETHER_BYTES:
                raise _overloaded()
            self._small_bytes += announced_bytes
            return Arrival(self, announced_bytes, is_small=True)
        if self._large_bytes and self._large_bytes + announced_bytes > self._max_bytes:
            raise _overloaded()
        self._large_bytes += announced_bytes
        return Arrival(self, announced_bytes, is_small=False)

    def grow(self, arrival: "Arrival", size: int) -> None:
        """Hold ``size`` bytes more for ``arrival``.

        Raises:
            OverloadedError: there is no room for them now.
        """
        if arrival.is_small:
            if arrival.held_bytes + size <= SMALL_BYTES:
                if self._small_bytes + size > _SMALL_TOGETHER_BYTES:
                    raise _overloaded()
                self._small_bytes += size
                return
            self._small_bytes -= arrival.held_bytes
            arrival.is_small = False
            self._large_bytes += arrival.held_bytes
        if self._large_bytes + size > self._max_bytes:
            if self._beyond is not None and self._beyond is not arrival:
                raise _overloaded()
            self._beyond = arrival
        self._large_bytes += size

    def end(self, arrival: "Arrival") -> None:
        """Forget ``arrival``."""
        if arrival.is_small:
            self._small_bytes -= arrival.held_bytes
        else:
            self._large_bytes -= arrival.held_bytes
        if self._beyond is arrival:
            self._beyond = None


class Arrival:
    """What one request holds: what it announced, or its body, decompressed, where that is more."""

    __slots__ = ("_arrivals", "came_bytes", "held_bytes", "is_small")

    def __init__(self, arrivals: Arrivals, announced_bytes: int, *, is_small: bool) -> None:
        self._arrivals = arrivals
        self.held_bytes = announced_bytes
        self.is_small = is_small
        self.came_bytes = 0
        """How much of the body is there."""

    def add(self, size: int) -> None:
        """Count ``size`` bytes more of the body.

        Raises:
            OverloadedError: there is no room for them now.
        """
        more = self.came_bytes + size - self.held_bytes
        if more > 0:
            self._arrivals.grow(self, more)
            self.held_bytes += more
        self.came_bytes += size

    def close(self) -> None:
        """The request is answered."""
        self._arrivals.end(self)
        self.held_bytes = 0


def _overloaded() -> OverloadedError:
    return OverloadedError("too many requests arrive at once; send this one again", _RETRY_AFTER_SECONDS)
