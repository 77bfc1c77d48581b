"""Telling senders what became of their requests, whatever thread or event loop they wait in.

A wake-up of an event loop from another thread costs more than a request does otherwise, so each loop is woken once for
all of its senders.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.otlp.description import Signal

logger: Final = logging.getLogger(__name__)

Settle = Callable[[bool, JournalUnavailableError | None], None]
"""Takes what became of a request: whether it is new, and why it could not be kept, if so."""


@dataclass(frozen=True, slots=True)
class LoopAnswer:
    """Somebody who waits in an event loop, and is called there."""

    loop: asyncio.AbstractEventLoop
    settle: Settle


Answer = Future[bool] | LoopAnswer


def future_of(loop: asyncio.AbstractEventLoop) -> tuple["asyncio.Future[bool]", LoopAnswer]:
    """Return a future of ``loop``, and the answer that settles it."""
    future: asyncio.Future[bool] = loop.create_future()

    def settle(is_new: bool, failure: JournalUnavailableError | None) -> None:
        if not future.done():
            _settle_future(future, failure, is_new=is_new)

    return future, LoopAnswer(loop, settle)


@dataclass(slots=True)
class Waiting:
    """One request that is not on disk yet, and those who want to know: the first sender, then its repetitions."""

    signal: Signal
    body: bytes
    digest: bytes
    identity: bytes
    received_unix_nano: int
    answers: list[Answer]


def answer(requests: Iterable[Waiting], failure: JournalUnavailableError | None) -> None:
    """Answer everybody who waits for ``requests``: ``True`` to the first of each, ``False`` to the others.

    Those who do not wait any more, because they were cancelled or their loop is closed, are passed over.
    """
    of_loops: dict[asyncio.AbstractEventLoop, list[tuple[Settle, bool]]] = {}
    for request in requests:
        is_new = True
        for waiting in request.answers:
            if isinstance(waiting, LoopAnswer):
                of_loops.setdefault(waiting.loop, []).append((waiting.settle, is_new))
            elif waiting.set_running_or_notify_cancel():
                _settle_future(waiting, failure, is_new=is_new)
            is_new = False
    for loop, settles in of_loops.items():
        # A loop that is closed has nobody waiting in it.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle_all, settles, failure)


def answer_known(waiting: Answer) -> None:
    """Tell one sender that the same request was kept before; one in a loop is told in the loop's next round."""
    if isinstance(waiting, LoopAnswer):
        waiting.loop.call_soon(waiting.settle, False, None)
    else:
        waiting.set_result(False)


def _settle_all(settles: list[tuple[Settle, bool]], failure: JournalUnavailableError | None) -> None:
    for settle, is_new in settles:
        try:
            settle(is_new, failure)
        except Exception:
            # The others wait as well.
            logger.exception("a sender could not be answered")


def _settle_future(
    future: "Future[bool] | asyncio.Future[bool]", failure: JournalUnavailableError | None, *, is_new: bool
) -> None:
    if failure is None:
        future.set_result(is_new)
    else:
        future.set_exception(failure)
