"""Telling senders what became of their requests, whatever thread or event loop they wait in.

A wake-up of an event loop from another thread costs more than a request does otherwise, so each loop is woken once for
all of its senders.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.otlp.description import Signal

Answer = Future[bool] | asyncio.Future[bool]


@dataclass(slots=True)
class Waiting:
    """One request that is not on disk yet, and those who want to know: the first sender, then its repetitions."""

    signal: Signal
    body: bytes
    digest: bytes
    received_unix_nano: int
    answers: list[Answer]


def answer(requests: Iterable[Waiting], failure: JournalUnavailableError | None) -> None:
    """Answer everybody who waits for ``requests``: ``True`` to the first of each, ``False`` to the others.

    Those who do not wait any more, because they were cancelled or their loop is closed, are passed over.
    """
    of_loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool]]] = {}
    for request in requests:
        is_new = True
        for future in request.answers:
            if isinstance(future, Future):
                if future.set_running_or_notify_cancel():
                    _settle(future, failure, is_new=is_new)
            else:
                of_loops.setdefault(future.get_loop(), []).append((future, is_new))
            is_new = False
    for loop, futures in of_loops.items():
        # A loop that is closed has nobody waiting in it.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle_all, futures, failure)


def _settle_all(futures: list[tuple[asyncio.Future[bool], bool]], failure: JournalUnavailableError | None) -> None:
    for future, is_new in futures:
        if not future.done():
            _settle(future, failure, is_new=is_new)


def _settle(future: Answer, failure: JournalUnavailableError | None, *, is_new: bool) -> None:
    if failure is None:
        future.set_result(is_new)
    else:
        future.set_exception(failure)
