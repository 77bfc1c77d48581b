"""The one reader: asks the store for what came, for all listeners at once."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
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
"""A record gets its IngestedAt when its insert begins and is visible when the insert ends."""


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
        self._since = 0
        self._is_closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(len(group.listeners) for group in self._groups.values())

    def listen(self, condition: Condition, last: Arrival | None) -> AsyncIterator[bytes]:
        """Return the events of the records for which ``condition`` holds, from now on, or after the event ``last``.

        Raises:
            TooManyListenersError: there are ``MAX_LISTENERS`` already.
        """
        if self.listeners >= MAX_LISTENERS:
            raise TooManyListenersError(f"{MAX_LISTENERS} tails are open already; close one, or come again later")
        return self._events(condition, Listener(last))

    def close(self) -> None:
        """End every tail, so that the server can stop."""
        self._is_closed = True
        for group in self._groups.values():
            for listener in group.listeners:
                listener.end()

    async def _events(self, condition: Condition, listener: Listener) -> AsyncIterator[bytes]:
        if self._is_closed:
            return
        key = group_key(condition)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(condition)
            self._part_with_room().groups.append(group)
        group.listeners.append(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read(), name="spanlog-tail")
        try:
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
        while self._groups and not self._is_closed:
            began = time.monotonic()
            try:
                await self._look()
            except (StoreError, QueryTooLargeError) as error:
                logger.warning("live tail: the store cannot be asked, trying again: %s", error)
            # Looks that take long, because many different questions are asked or the machine is busy, come less often.
            await asyncio.sleep(max(self._interval_seconds, time.monotonic() - began))

    async def _look(self) -> None:
        now = (await self._ask("store_time"))[0]["now"]
        since = (self._since or now) - LOOK_BACK_MILLISECONDS
        # Listeners come and go while the store is asked.
        parts = [(part, list(part.groups)) for part in self._parts if part.groups]
        arrived_until = now
        for part, groups in parts:
            rows = await self._ask(
                "tail_arrivals",
                {"since": since, "limit": _MAX_ARRIVALS},
                # Of the last seconds there is little, and to understand a question costs the engine more than that.
                conditions=[without_hints(group.condition) for group in groups],
            )
            part.arrive(groups, rows)
            if len(rows) == _MAX_ARRIVALS:
                # A flood: the next look goes on where this one stopped.
                arrived_until = min(arrived_until, rows[-1]["ingested"] + LOOK_BACK_MILLISECONDS)
        for part, groups in parts:
            for group in groups:
                await self._resume(part, group, since)
        await self._deliver([group for _, groups in parts for group in groups], since)
        self._since = arrived_until
        for part in self._parts:
            part.forget_before(self._since - LOOK_BACK_MILLISECONDS)

    async def _resume(self, part: Part, group: Group, since: int) -> None:
        """Give listeners that came again what they missed; what has not been seen yet comes with the next look."""
        for listener in group.listeners:
            if (last := listener.last) is None:
                continue
            listener.last = None
            rows = await self._ask(
                "tail_resume",
                {"ingested": last.ingested, "id": last.id, "limit": MAX_RECORDS + 1},
                condition=group.condition,
            )
            missed = [Arrival(row["ingested"], row["id"]) for row in rows]
            missed = [arrival for arrival in missed if arrival.ingested < since or part.has_seen(arrival)]
            events = await self._make_events(missed[:MAX_RECORDS], last.ingested)
            if len(missed) > MAX_RECORDS:
                events.append(resume_limit_event())
            if events:
                listener.offer(b"".join(events))
            group.joined(listener)

    async def _deliver(self, groups: Sequence[Group], since: int) -> None:
        # By id: hashing arrivals themselves would cost more than all else here.
        shown = {arrival.id: arrival for group in groups for arrival in group.news[-MAX_RECORDS:]}
        arrivals = sorted(shown.values())
        events = dict(zip((arrival.id for arrival in arrivals), await self._make_events(arrivals, since), strict=True))
        for group in groups:
            group.deliver(events, MAX_RECORDS)

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
