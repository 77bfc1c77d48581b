"""The one reader: asks the store for what came, for all listeners at once."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from spanlog_collector.storage import QueryTooLargeError, StoreError
from spanlog_query_api.errors import TooManyListenersError
from spanlog_query_api.queries import POLLED_LIMITS, QueryRunner, Row
from spanlog_query_api.search.conditions import Condition, without_hints
from spanlog_query_api.tail.events import CONNECTED, Arrival, record_event, resume_limit_event
from spanlog_query_api.tail.group import Group, group_key
from spanlog_query_api.tail.listener import Listener
from spanlog_query_api.tail.part import MAX_GROUPS, Part

logger: Final = logging.getLogger(__name__)

MAX_LISTENERS: Final = 1000
MAX_RECORDS: Final = 2000
"""Shown of what came between two looks; the rest is counted."""

_MAX_ARRIVALS: Final = 50_000
LOOK_BACK_MILLISECONDS: Final = 5_000
"""A record gets its IngestedAt when its insert begins and is visible when the insert ends. Where the engine tells which
inserts are under way, a look reaches back to the oldest of them too, …"""
LONGEST_INSERT_MILLISECONDS: Final = 60_000
"""… but no further than this."""
LONGEST_HOLD_MILLISECONDS: Final = 2_000
"""What came after the beginning of an insert that is under way waits for that insert, so that all is told in the order
of its coming and a listener that comes again misses nothing. It waits no longer than this."""


class TailReader:
    """Reads while there are listeners. However many ask the same, the store is asked once and the answer made once.

    Args:
        queries: What to ask by.
        interval_seconds: From one look to the next; longer when a look takes longer.
    """

    def __init__(self, queries: QueryRunner, interval_seconds: float = 0.5) -> None:
        self._queries = queries
        self._interval_seconds = interval_seconds
        self._groups: dict[object, Group] = {}
        self._parts: list[Part] = []
        self._task: asyncio.Task[None] | None = None
        self._has_joined = asyncio.Event()
        """Somebody waits for a look, to begin."""
        self._since = 0
        self._is_closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(len(group.listeners) for group in self._groups.values())

    def listen(self, condition: Condition, last: Arrival | None) -> AsyncIterator[bytes]:
        """Return the events of the records for which ``condition`` holds, after the event ``last`` or from now on.

        The first event says that it has begun: each record that is stored later is given once.

        Raises:
            TooManyListenersError: there are ``MAX_LISTENERS`` already; at the first event, when what all ask for takes
                too long now.
            StoreError: at the first event, when the store cannot be asked.
        """
        if self.listeners >= MAX_LISTENERS:
            raise TooManyListenersError(f"{MAX_LISTENERS} tails are open already; close one, or come again later")
        return self._events(condition, last)

    def close(self) -> None:
        """End every tail, so that the server can stop."""
        self._is_closed = True
        for group in self._groups.values():
            for listener in group.listeners:
                listener.end()

    async def _events(self, condition: Condition, last: Arrival | None) -> AsyncIterator[bytes]:
        if self._is_closed:
            return
        listener = Listener(last)
        key = group_key(condition)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(condition)
            self._part_with_room().groups.append(group)
        group.listeners.append(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read(), name="spanlog-tail")
        self._has_joined.set()
        try:
            await listener.begun()
            yield CONNECTED
            while (chunk := await listener.next_chunk()) is not None:
                yield chunk
        finally:
            group.listeners.remove(listener)
            if not group.listeners:
                self._groups.pop(key, None)
                for part in self._parts:
                    if group in part.groups:
                        part.groups.remove(group)

    def _part_with_room(self) -> Part:
        for part in self._parts:
            if len(part.groups) < MAX_GROUPS:
                return part
        self._parts.append(Part())
        return self._parts[-1]

    async def _read(self) -> None:
        self._since = 0
        while self._groups and not self._is_closed:
            began = time.monotonic()
            self._has_joined.clear()
            joining = [listener for group in self._groups.values() for listener in group.joining]
            try:
                await self._look()
            except QueryTooLargeError as error:
                logger.warning("live tail: a look takes too long, trying again: %s", error)
                _refuse(joining, TooManyListenersError("what all tails ask for takes too long now; come again later"))
            except StoreError as error:
                logger.warning("live tail: the store cannot be asked, trying again: %s", error)
                _refuse(joining, error)
            # Looks that take long, because many different questions are asked or the machine is busy, come less often.
            took = time.monotonic() - began
            await asyncio.sleep(took)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval_seconds - took):
                    await self._has_joined.wait()

    async def _look(self) -> None:
        """See what is new, and tell the listeners. Nobody is told anything before all of it is known.

        So nothing is lost, or told twice, where the store fails in the middle of a look.
        """
        clock = (await self._ask("store_time"))[0]
        now = clock["now"]
        # What is inserted now, the next look is to see.
        unfinished_since = max(clock["unfinished_since"], now - LONGEST_INSERT_MILLISECONDS)
        settled_until = max(unfinished_since, now - LONGEST_HOLD_MILLISECONDS)
        since = (self._since or unfinished_since) - LOOK_BACK_MILLISECONDS
        # Listeners come and go while the store is asked. Who comes now begins with the next look.
        parts = [(part, list(part.groups)) for part in self._parts if part.groups]
        joining = [(part, group, listener) for part, groups in parts for group in groups for listener in group.joining]
        floods = []
        for part, groups in parts:
            rows = await self._ask(
                "tail_arrivals",
                {"since": since, "limit": _MAX_ARRIVALS},
                # Of the last seconds there is little, and to understand a question costs the engine more than that.
                conditions=[without_hints(group.condition) for group in groups],
            )
            part.arrive(groups, [row for row in rows if row["ingested"] < settled_until])
            if len(rows) == _MAX_ARRIVALS:
                # The next look goes on where this one stopped.
                floods.append(min(rows[-1]["ingested"], settled_until) + LOOK_BACK_MILLISECONDS)
        missed = [await self._missed(part, group, listener, since) for part, group, listener in joining]
        every = [group for _, groups in parts for group in groups]
        events = await self._events_of_news(every, since)
        for group in every:
            group.deliver(events, MAX_RECORDS)
        for (_, _, listener), chunk in zip(joining, missed, strict=True):
            if chunk:
                listener.offer(chunk)
            listener.begin()
        self._since = max(self._since, min(now, *floods) if floods else unfinished_since)
        for part in self._parts:
            part.forget_before(self._since - LOOK_BACK_MILLISECONDS)

    async def _missed(self, part: Part, group: Group, listener: Listener, since: int) -> bytes:
        """Return the events that a listener missed if it comes again; what has not been seen yet is its first news."""
        if (last := listener.last) is None:
            return b""
        try:
            rows = await self._ask(
                "tail_resume",
                {"ingested": last.ingested, "id": last.id, "limit": MAX_RECORDS + 1},
                condition=group.condition,
            )
        except QueryTooLargeError:
            # It was away for long. The others need not wait for it.
            return resume_limit_event()
        missed = [Arrival(row["ingested"], row["id"]) for row in rows]
        missed = [arrival for arrival in missed if arrival.ingested < since or part.has_seen(arrival)]
        events = await self._make_events(missed[:MAX_RECORDS], last.ingested)
        if len(missed) > MAX_RECORDS:
            events.append(resume_limit_event())
        return b"".join(events)

    async def _events_of_news(self, groups: Sequence[Group], since: int) -> dict[str, bytes]:
        """Return the events of what the groups will deliver, by the record's id."""
        # By id: hashing arrivals themselves would cost more than all else here.
        shown = {arrival.id: arrival for group in groups if group.is_heard for arrival in group.news[-MAX_RECORDS:]}
        arrivals = sorted(shown.values())
        return dict(zip((arrival.id for arrival in arrivals), await self._make_events(arrivals, since), strict=True))

    async def _make_events(self, arrivals: Sequence[Arrival], since: int) -> list[bytes]:
        """Return an event for each of ``arrivals``; an empty one for a record that is gone meanwhile."""
        found: dict[str, Row] = {}
        for start in range(0, len(arrivals), MAX_RECORDS):
            ids = [arrival.id for arrival in arrivals[start : start + MAX_RECORDS]]
            for row in await self._ask("tail_records", {"since": since, "ids": ids}):
                found[row["id"]] = row
        return [
            record_event(arrival.ingested, found[arrival.id]) if arrival.id in found else b"" for arrival in arrivals
        ]

    async def _ask(self, name: str, parameters: Mapping[str, Any] | None = None, **conditions: Any) -> list[Row]:
        return await asyncio.to_thread(self._queries.run, name, parameters, POLLED_LIMITS, **conditions)


def _refuse(joining: Sequence[Listener], error: Exception) -> None:
    for listener in joining:
        listener.refuse(error)
