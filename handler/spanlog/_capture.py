"""Where ``spanlog.testing`` comes in: while a test captures, requests go to its transport and to no collector."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spanlog._transport import Outcome, Transport

_captors: list[Transport] = []


def is_capturing() -> bool:
    """Whether requests are captured. What waits on disk is real and must stay there then."""
    return bool(_captors)


@contextlib.contextmanager
def captured_by(captor: Transport) -> Iterator[None]:
    """Have every request of the process go to ``captor``; the innermost one, where they are nested."""
    _captors.append(captor)
    try:
        yield
    finally:
        _captors.remove(captor)


class CapturableTransport:
    """The way to a collector, which a test may take over at any time. A ``Transport``."""

    def __init__(self, own: Transport) -> None:
        self._own = own

    def send(self, body: bytes, timeout_seconds: float) -> Outcome:
        """Send the body of a request. Raises nothing: whatever went wrong is in the outcome."""
        captors = _captors[-1:]
        return (captors[0] if captors else self._own).send(body, timeout_seconds)

    def close(self) -> None:
        """Close the connection."""
        self._own.close()
