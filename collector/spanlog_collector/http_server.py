"""An ASGI application on a socket, inside a running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import Any, Final

import uvicorn

from spanlog_collector.http_guard import GuardedProtocol, sweep_for_ever

KEEP_ALIVE_SECONDS: Final = 75
"""How long a connection may wait for its next request.

Longer than exporters pause between two batches (5 s by default), and than most clients and proxies keep a connection
that is not used (60 s): whose connection is closed just as a request sets out does not know what became of it.
"""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # Several servers share one process; the program that starts them answers signals.
        yield


class HttpServer:
    """Serves one application; ``start`` returns when it answers, ``stop`` when it does not any more."""

    def __init__(
        self,
        app: Any,
        listener: socket.socket,
        *,
        shutdown_seconds: int = 10,
        protocol: type[GuardedProtocol] = GuardedProtocol,
    ) -> None:
        self._listener = listener
        self._server = _Server(
            uvicorn.Config(
                app,
                loop="none",
                http=protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                # Nothing here asks where a request came from.
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=shutdown_seconds,
            )
        )
        self._task: asyncio.Task[None] | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Serve in the background."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        answers = asyncio.create_task(self._server.answers.wait())
        await asyncio.wait((self._task, answers), return_when=asyncio.FIRST_COMPLETED)
        answers.cancel()
        if self._task.done():
            self._task.result()
        self._sweeper = asyncio.create_task(sweep_for_ever(self._server.server_state.connections))

    async def stop(self) -> None:
        """Answer what is under way and close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._listener.close()
