"""One listener: what waits to be sent to it, within bounds."""

import asyncio
from collections import deque
from typing import Final

from spanlog_query_api.tail.events import ALIVE, Arrival, dropped_event

MAX_WAITING_BYTES: Final = 4 * 1024 * 1024
_ALIVE_SECONDS: Final = 15.0


class Listener:
    """Takes chunks from the reader and gives them to one connection. Made and used in one event loop.

    What is stored when it begins is no news to it; what is stored later is. So the answer's head waits for ``begun``.
    """

    def __init__(self, last: Arrival | None) -> None:
        self.last = last
        """The event after which a listener that comes again goes on."""
        self._beginning: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._has_news = asyncio.Event()
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more is taken."""
        return self._is_over

    @property
    def has_begun(self) -> bool:
        """Whether it is given what is new."""
        return self._beginning.done()

    def begin(self) -> None:
        """Give it, from now on, what is new."""
        if not self._beginning.done():
            self._beginning.set_result(None)

    def refuse(self, error: Exception) -> None:
        """Let it not begin, because of ``error``."""
        if not self._beginning.done():
            self._beginning.set_exception(error)

    async def begun(self) -> None:
        """Return once it has begun.

        Raises:
            Exception: what it was refused with.
        """
        await self._beginning

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
        self.begin()

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
