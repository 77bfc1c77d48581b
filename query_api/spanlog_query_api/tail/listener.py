"""One listener: what waits to be sent to it, within bounds."""

import asyncio
from collections import deque
from typing import Final

from spanlog_query_api.tail.events import ALIVE, Arrival, dropped_event

MAX_WAITING_BYTES: Final = 4 * 1024 * 1024
_ALIVE_SECONDS: Final = 15.0


class Listener:
    """Takes chunks from the reader and gives them to one connection. Lives in one event loop."""

    def __init__(self, last: Arrival | None) -> None:
        self.last = last
        """The event after which a listener that comes again goes on; ``None`` once it does."""
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._has_news = asyncio.Event()
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more is taken."""
        return self._is_over

    def offer(self, chunk: bytes) -> None:
        """Take ``chunk``; a listener that has let too much lie is told so and let go instead."""
        if self._is_over:
            return
        if self._waiting_bytes + len(chunk) > MAX_WAITING_BYTES:
            self._chunks.clear()
            self._chunks.append(dropped_event())
            self.end()
            return
        self._chunks.append(chunk)
        self._waiting_bytes += len(chunk)
        self._has_news.set()

    def end(self) -> None:
        """Take nothing more; what waits is still given."""
        self._is_over = True
        self._has_news.set()

    async def next_chunk(self) -> bytes | None:
        """Return what is to be sent next, a sign of life at least; ``None`` at the end."""
        if not self._chunks and not self._is_over:
            self._has_news.clear()
            try:
                async with asyncio.timeout(_ALIVE_SECONDS):
                    await self._has_news.wait()
            except TimeoutError:
                return ALIVE
        if not self._chunks:
            return None
        chunk = self._chunks.popleft()
        self._waiting_bytes -= len(chunk)
        return chunk
