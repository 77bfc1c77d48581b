"""The live tail, on a real socket: who gets what, once, and what it costs to be many."""

import asyncio
import json
import random
import socket
import threading
import time
import uuid
from contextlib import contextmanager

import pytest
from prometheus_client import CollectorRegistry
from query_api_serving import serving
from query_api_telemetry import Log

from spanlog_collector.storage import QueryTooLargeError, StoreUnavailableError
from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.app import end_streams
from spanlog_query_api.errors import TooManyListenersError
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.search.conditions import EVERY_ROW, Expression
from spanlog_query_api.tail import reader as reader_module
from spanlog_query_api.tail.events import CONNECTED, Arrival, parse_event_id
from spanlog_query_api.tail.listener import MAX_WAITING_BYTES, Listener
from spanlog_query_api.tail.reader import TailReader


class Tail:
    """One open tail, read in a thread of its own."""

    def __init__(self, client, headers=None, **parameters):
        self.events = []
        self.is_over = False
        self._stream = client.stream("GET", "/logs/tail", params=parameters, headers=headers or {})
        self.response = self._stream.__enter__()
        self._lines = self.response.iter_lines()
        assert next(self._lines) == ": connected"
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self):
        event = {}
        try:
            for line in self._lines:
                name, _, value = line.partition(": ")
                if not line:
                    if "data" in event:
                        self.events.append(event)
                    event = {}
                elif name:
                    event[name] = value
            self.is_over = True
        except Exception:  # noqa: BLE001 - closed from the other thread, in the middle of a read
            self.is_over = True

    @property
    def messages(self):
        return [json.loads(event["data"])["message"] for event in self.events if "event" not in event]

    def close(self):
        self.response.stream.close()
        self._stream.__exit__(None, None, None)
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def tail(client):
    opened = []

    def open_tail(headers=None, **parameters):
        found = Tail(client, headers, **parameters)
        opened.append(found)
        return found

    yield open_tail
    for found in opened:
        found.response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        found.close()


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_a_listener_gets_each_matching_record_once_as_it_comes(tail, loader, agent):
    loader.logs(agent, [Log("before")])
    listening = tail(agent_id=agent, q="-noise")
    assert listening.response.headers["content-type"].startswith("text/event-stream")
    for number in range(5):
        loader.logs(agent, [Log(f"m{number}"), Log("noise")])
        loader.logs(f"{agent}-other", [Log("other")])
    wait_for(lambda: len(listening.messages) >= 5)
    time.sleep(1.2)
    assert listening.messages == [f"m{number}" for number in range(5)]


def test_what_is_stored_after_the_head_is_news_and_what_was_there_is_not(tail, loader, agent):
    everything = []
    for number in range(6):
        loader.logs(agent, [Log(f"before {number}")])
        # By turns a question that others ask already, and one of its own.
        everything.append(tail(agent_id=agent, q=f"-nothing{number}" if number % 2 else ""))
        loader.logs(agent, [Log(f"after {number}")])
    wait_for(lambda: all("after 5" in listening.messages for listening in everything))
    time.sleep(1.2)
    for number, listening in enumerate(everything):
        later = [f"{when} {n}" for n in range(number + 1, 6) for when in ("before", "after")]
        assert listening.messages == [f"after {number}", *later]


def test_an_event_is_the_record_as_the_api_gives_it(tail, client, loader, agent):
    listening = tail(agent_id=agent)
    loader.logs(agent, [Log("a\nb", severity=17, attributes={"order": 17})])
    wait_for(lambda: listening.events)
    entry = json.loads(listening.events[0]["data"])
    assert entry == client.get(f"/logs/{entry['id']}").json()


def test_who_comes_again_gets_what_it_missed_and_nothing_twice(tail, client, loader, agent):
    first = tail(agent_id=agent)
    loader.logs(agent, [Log("one"), Log("two")])
    wait_for(lambda: len(first.events) == 2)
    last = first.events[0]["id"]
    loader.logs(agent, [Log("missed")])
    again = tail(agent_id=agent, headers={"Last-Event-ID": last})
    loader.logs(agent, [Log("new")])
    wait_for(lambda: "new" in again.messages)
    time.sleep(1.2)
    in_order = [*first.messages[:2], "missed", "new"]
    assert again.messages == in_order[1:]


def test_nothing_is_missed_or_told_twice_however_often_one_comes_again_while_records_come(tail, loader, agent):
    first = tail(agent_id=agent)
    loader.logs(agent, [Log("0")])
    wait_for(lambda: first.events)
    stopped = threading.Event()
    count = 1

    def write():
        nonlocal count
        while not stopped.is_set():
            loader.logs(agent, [Log(str(count)), Log(str(count + 1))])
            count += 2

    writer = threading.Thread(target=write)
    writer.start()
    seen = list(first.events[:1])
    try:
        for _ in range(8):
            again = tail(agent_id=agent, headers={"Last-Event-ID": seen[-1]["id"]})
            wait_for(lambda again=again: again.events)
            seen += again.events[:]
    finally:
        stopped.set()
        writer.join()
    last = tail(agent_id=agent, headers={"Last-Event-ID": seen[-1]["id"]})
    everything = {str(number) for number in range(count)}

    def told():
        return [json.loads(event["data"])["message"] for event in [*seen, *last.events]]

    wait_for(lambda: set(told()) == everything and set(first.messages) == everything)
    time.sleep(1.2)
    assert sorted(told()) == sorted(first.messages) == sorted(everything)


@contextmanager
def slow_insert(store, agent, seconds):
    """Six records whose insert has begun, and ends after so long."""
    insert = (
        "INSERT INTO otel_logs (Timestamp, Body, ServiceName) SELECT now64(9), toString(number), "
        f"'{agent}' FROM numbers(6) WHERE sleepEachRow({seconds / 6}) = 0 SETTINGS max_block_size = 1"
    )
    inserting = threading.Thread(target=store.execute, args=(insert,))
    inserting.start()
    wait_for(lambda: store.query("SELECT count() AS n FROM system.processes WHERE query_kind = 'Insert'")[0]["n"])
    try:
        yield
    finally:
        inserting.join()


SLOW = [str(number) for number in range(6)]


def test_what_takes_long_to_be_stored_is_news_when_it_is(tail, store, loader, agent, monkeypatch):
    monkeypatch.setattr(reader_module, "LOOK_BACK_MILLISECONDS", 200)
    monkeypatch.setattr(reader_module, "LONGEST_HOLD_MILLISECONDS", 500)
    loader.logs(agent, [Log("before")])
    time.sleep(0.5)
    with slow_insert(store, agent, 4):
        listening = tail(agent_id=agent)
        loader.logs(agent, [Log("quick")])
        wait_for(lambda: listening.messages)
        assert listening.messages == ["quick"]
    wait_for(lambda: len(listening.messages) >= 7)
    time.sleep(1.2)
    assert listening.messages[0] == "quick"
    assert sorted(listening.messages[1:]) == SLOW


def test_who_comes_again_does_not_miss_what_was_stored_out_of_turn(tail, store, loader, agent, monkeypatch):
    monkeypatch.setattr(reader_module, "LONGEST_HOLD_MILLISECONDS", 60_000)
    listening = tail(agent_id=agent)
    with slow_insert(store, agent, 2):
        loader.logs(agent, [Log("quick")])
        wait_for(lambda: "quick" in listening.messages)
        seen = listening.events[:]
    in_order = [json.loads(event["data"])["message"] for event in seen]
    assert (sorted(in_order[:-1]), in_order[-1]) == (SLOW, "quick")
    loader.logs(agent, [Log("last")])
    for number, event in enumerate(seen):
        again = tail(agent_id=agent, headers={"Last-Event-ID": event["id"]})
        wait_for(lambda again=again: "last" in again.messages)
        assert again.messages == [*in_order[number + 1 :], "last"]


class Failing:
    """Queries of which some fail."""

    def __init__(self, queries, error, share=1 / 3):
        self._queries = queries
        self._error = error
        self._share = share
        self._chosen = random.Random(7)
        self.failed = set()

    def run(self, name, *arguments, **conditions):
        if self._chosen.random() < self._share:
            self.failed.add(name)
            raise self._error
        return self._queries.run(name, *arguments, **conditions)


@pytest.fixture
def queries(store):
    return QueryRunner(store, Metrics(CollectorRegistry()), "/logs/tail")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (QueryTooLargeError("too long", 159), TooManyListenersError),
        (StoreUnavailableError("gone"), StoreUnavailableError),
    ],
)
def test_who_cannot_begin_is_told_why_and_is_no_listener(queries, error, told):
    async def run():
        reader = TailReader(Failing(queries, error, share=1))
        with pytest.raises(told):
            await asyncio.wait_for(anext(reader.listen(EVERY_ROW, None)), 20)
        assert reader.listeners == 0

    asyncio.run(run())


def test_a_look_that_fails_in_the_middle_loses_nothing_and_tells_nothing_twice(queries, loader, agent):
    async def run():
        failing = Failing(queries, StoreUnavailableError("not now"))
        reader = TailReader(failing, interval_seconds=0.05)
        condition = Expression("agent_is", {"value": agent})
        told = []

        async def follow(last, count):
            """Follow until so many were told, coming again as long as it takes."""
            while True:
                try:
                    events = reader.listen(condition, last)
                    assert await anext(events) == CONNECTED
                    break
                except StoreUnavailableError:
                    await asyncio.sleep(0.01)
            yield
            async for chunk in events:
                told.extend(chunk.decode().splitlines())
                if sum(line.startswith("data: ") for line in told) >= count:
                    break
            await events.aclose()

        following = follow(None, 40)
        await anext(following)
        waiting = asyncio.create_task(anext(following, None))
        for number in range(40):
            await asyncio.to_thread(loader.logs, agent, [Log(f"m{number}")])
        await asyncio.wait_for(waiting, 60)
        assert [json.loads(line[6:])["message"] for line in told if line.startswith("data: ")] == [
            f"m{number}" for number in range(40)
        ]
        first = next(line.removeprefix("id: ") for line in told if line.startswith("id: "))
        told.clear()
        again = follow(parse_event_id(first), 39)
        await anext(again)
        await asyncio.wait_for(anext(again, None), 60)
        assert sum(line.startswith("data: ") for line in told) == 39
        assert failing.failed >= {"tail_arrivals", "tail_records"}

    asyncio.run(run())


def test_listeners_with_other_filters_are_told_apart(tail, loader, agent):
    errors, rest = tail(agent_id=agent, level="error"), tail(agent_id=agent, q="-level:error")
    loader.logs(agent, [Log("bad", severity=17), Log("good", severity=9)])
    wait_for(lambda: errors.messages and rest.messages)
    assert (errors.messages, rest.messages) == (["bad"], ["good"])


def test_more_than_is_shown_at_once_is_counted(tail, loader, agent):
    listening = tail(agent_id=agent)
    loader.logs(agent, [Log(f"m{number}") for number in range(2_500)])
    wait_for(lambda: len(listening.messages) >= 2_000, 60)
    notices = [event for event in listening.events if event.get("event") == "skipped"]
    assert len(listening.messages) + sum(json.loads(notice["data"])["records"] for notice in notices) == 2_500
    assert len(set(listening.messages)) == len(listening.messages)


@pytest.mark.parametrize("parameters", [{"q": "level:loud"}, {"level": "loud"}, {"since": "x"}])
def test_a_mistake_is_422(client, parameters):
    assert client.get("/logs/tail", params=parameters).status_code == 422


@pytest.mark.parametrize("text", ["", "x", "1:2", f"99999999999999:{uuid.UUID(int=7)}", "1:" + "x" * 36])
def test_what_is_no_event_id_starts_anew(text):
    assert parse_event_id(text) is None


def test_an_event_id_is_read():
    identifier = str(uuid.UUID(int=7))
    assert parse_event_id(f"1763625600000:{identifier}") == Arrival(1763625600000, identifier)


def test_a_listener_that_does_not_read_is_told_so_and_let_go():
    async def run():
        listener = Listener(None)
        for _ in range(10):
            listener.offer(b"x" * (MAX_WAITING_BYTES // 4))
        assert listener.is_over
        assert b"event: dropped" in await listener.next_chunk()
        assert await listener.next_chunk() is None

    asyncio.run(run())


@contextmanager
def own_api(store, registry):
    app = create_app(ApiConfig(version="9"), store, None, registry=registry)
    with serving(app) as client:
        yield app, client


def test_the_store_is_asked_as_often_for_many_as_for_one(store, loader, agent):
    registry = CollectorRegistry()

    def asked():
        labels = {"route": "/logs/tail", "query": "tail_arrivals"}
        return registry.get_sample_value("spanlog_api_query_seconds_count", labels) or 0

    with own_api(store, registry) as (app, client):
        client.timeout = 60
        tails = [Tail(client, agent_id=agent) for _ in range(30)]
        try:
            assert app.state.services.tail.listeners == 30
            time.sleep(1.2)
            before, began = asked(), time.monotonic()
            loader.logs(agent, [Log("for all")])
            wait_for(lambda: all(tail.messages for tail in tails))
            # Two looks a second, however many listen; a look each would be thirty times as many.
            assert asked() - before <= 2 * (time.monotonic() - began) + 2
            assert {tuple(tail.messages) for tail in tails} == {("for all",)}
        finally:
            end_streams(app)
            for tail in tails:
                tail.close()
                assert tail.is_over
        wait_for(lambda: app.state.services.tail.listeners == 0)
