"""A store that goes away, is slow, read-only, or loses its answers: the journal holds, and everything arrives once.

The store is a server's HTTP interface in front of the test run's own engine; what is read in between is read past it.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from clickhouse_front import Front
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from running_collector import PROTOBUF, RunningCollector
from segments import log_request

from spanlog_collector import loader
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.storage import Store, open_store
from spanlog_collector.storage.exceptions import StoreUnavailableError

READ_ONLY = "Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)"
NO_SPACE = "Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)"
NO_MEMORY = "Code: 241. DB::Exception: (total) memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)"
TOO_MANY_PARTS = "Code: 252. DB::Exception: Too many parts (3000). Merges are processing slower. (TOO_MANY_PARTS)"


class Server:
    """The front as something that can go away and come back at the same address."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._port = 0
        self.up()
        self._port = self.front.server_port

    def up(self) -> None:
        self.front = Front(self._store, self._port)
        self._thread = threading.Thread(target=self.front.serve_forever)
        self._thread.start()

    def down(self) -> None:
        self.front.shutdown()
        self._thread.join()
        self.front.server_close()

    def fail(self, message: str, *, on: str = "INSERT INTO otel_") -> None:
        """Answer statements that hold ``on`` with an error."""

        def before(statement: str) -> None:
            if on in statement:
                raise RuntimeError(message)

        self.front.before = before

    def recover(self) -> None:
        self.front.before = lambda _statement: None


@pytest.fixture
def server(store: Store, tmp_path: Path) -> Iterator[Server]:
    assert store.location.path
    running = Server(store.location.path)
    # As a server the engine is sent the schema's text, and in-process it keeps a copy where the process was started.
    with contextlib.chdir(tmp_path):
        yield running
    running.down()


@pytest.fixture
def start(server: Server, tmp_path: Path) -> Iterator[Callable[..., RunningCollector]]:
    started: list[tuple[RunningCollector, Store]] = []

    def start(**limits: float) -> RunningCollector:
        remote = open_store(server.front.dsn)
        started.append((RunningCollector(remote, tmp_path / "data", journal=JournalLimits(**limits)), remote))
        return started[-1][0]

    yield start
    for running, remote in started:
        running.stop()
        remote.close()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries for a store that is away, so that the tests need not wait for it."""
    monkeypatch.setattr(loader, "_LAST_RETRY_SECONDS", 0.5)


def post(running: RunningCollector, service: str, *bodies: str):
    return running.post("/v1/logs", log_request(service, *bodies).SerializeToString(), PROTOBUF)


def stored(store: Store, service: str) -> dict[str, int]:
    sql = "SELECT Body, count() AS n FROM otel_logs WHERE ServiceName = {service:String} GROUP BY Body"
    return {row["Body"]: row["n"] for row in store.query(sql, {"service": service})}


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_store_that_is_away_is_outlived_by_the_journal_until_that_is_full(store, server, start, service):
    """Thirty minutes in seconds: what counts is not the time but that the journal's bound is reached."""
    running = start(max_bytes=60_000)
    assert post(running, service, "before").status == 200
    wait_until(lambda: stored(store, service) == {"before": 1})
    server.down()
    acknowledged = ["before"]
    for number in range(1000):
        body = f"{number} " + "x" * 1000
        answer = post(running, service, body)
        if answer.status != 200:
            break
        acknowledged.append(body)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "the journal is full" in Status.FromString(answer.data).message
    assert len(acknowledged) > 30
    wait_until(lambda: not running.collector.readiness()[0])
    assert "does not answer" in running.collector.readiness()[1]
    # While it was away one segment grew, so that there are few inserts to do when it is back.
    assert len(list(running.data.journal.glob("*.segment"))) <= 3
    server.up()
    wait_until(lambda: stored(store, service) == dict.fromkeys(acknowledged, 1))
    wait_until(lambda: running.collector.readiness()[0])
    assert post(running, service, "after").status == 200
    wait_until(lambda: stored(store, service) == dict.fromkeys([*acknowledged, "after"], 1))


def test_slow_store_delays_what_is_seen_and_nothing_else(store, server, start, service):
    running = start()
    released = threading.Event()
    server.front.before = lambda statement: released.wait(20) if "INSERT INTO otel_logs" in statement else None
    bodies = [f"b{number}" for number in range(50)]
    for body in bodies:
        assert post(running, service, body).status == 200
    assert stored(store, service) == {}
    released.set()
    wait_until(lambda: stored(store, service) == dict.fromkeys(bodies, 1))


@pytest.mark.parametrize(
    "message", [READ_ONLY, NO_SPACE, NO_MEMORY, TOO_MANY_PARTS], ids=["read-only", "full", "memory", "parts"]
)
def test_store_that_takes_no_rows_is_told_and_tried_until_it_does(store, server, start, service, message):
    running = start()
    server.fail(message)
    assert post(running, service, "a").status == 200
    wait_until(lambda: not running.collector.readiness()[0])
    assert message.split("(")[-1].rstrip(")") in running.collector.readiness()[1]
    assert running.store.query("SELECT 1 AS x") == [{"x": 1}]
    assert stored(store, service) == {}
    server.recover()
    wait_until(lambda: stored(store, service) == {"a": 1})
    wait_until(lambda: running.collector.readiness()[0])
    assert not list(running.data.quarantine.glob("*.message"))


def test_trouble_with_one_signal_holds_up_no_other(store, server, start, service):
    running = start()
    server.fail(READ_ONLY, on="INSERT INTO otel_traces")
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = service
    resource_spans.scope_spans.add().spans.add(name="span", start_time_unix_nano=time.time_ns())
    assert running.post("/v1/traces", request.SerializeToString(), PROTOBUF).status == 200
    wait_until(lambda: running.collector._loaders[TRACES].failure)
    assert post(running, service, "a").status == 200
    wait_until(lambda: stored(store, service) == {"a": 1})
    assert running.collector._loaders[LOGS].failure is None
    server.recover()
    spans = "SELECT count() AS n FROM otel_traces WHERE ServiceName = {service:String}"
    wait_until(lambda: store.query(spans, {"service": service}) == [{"n": 1}])


def test_insert_whose_answer_is_lost_is_stored_once(store, server, start, service):
    running = start()
    lost = []

    def loses_answer(statement: str) -> bool:
        if "INSERT INTO otel_logs" not in statement or len(lost) >= 3:
            return False
        lost.append(statement)
        return True

    server.front.loses_answer = loses_answer
    assert post(running, service, "a", "b").status == 200
    wait_until(lambda: running.collector.is_everything_stored)
    assert len(lost) == 3
    assert stored(store, service) == {"a": 1, "b": 1}


def test_store_that_goes_away_in_the_middle_of_everything_gets_everything_once(store, server, start, service):
    running = start()
    acknowledged: list[str] = []
    stopping = threading.Event()

    def send() -> None:
        while not stopping.is_set():
            body = str(uuid.uuid4())
            if post(running, service, body).status == 200:
                acknowledged.append(body)

    sender = threading.Thread(target=send)
    sender.start()
    for _ in range(3):
        time.sleep(0.3)
        server.down()
        time.sleep(0.3)
        server.up()
    stopping.set()
    sender.join()
    assert len(acknowledged) > 50
    wait_until(lambda: stored(store, service) == dict.fromkeys(acknowledged, 1))


def test_journal_takes_no_more_than_the_store_loads_in_a_while(store, server, start, service):
    """A store that is up but slow: what it is behind is bounded in time, not by the disk."""
    running = start(burst_bytes=20_000, max_drain_seconds=1.0, segment_seconds=0.05)
    server.front.before = lambda statement: time.sleep(0.5) if "INSERT INTO otel_logs" in statement else None
    assert post(running, service, "first").status == 200
    wait_until(lambda: stored(store, service) == {"first": 1})
    answer = None
    for number in range(1000):
        answer = post(running, service, f"{number}" + "x" * 2000)
        if answer.status != 200:
            break
    assert answer.status == 503
    assert "s behind" in Status.FromString(answer.data).message
    server.recover()
    wait_until(lambda: running.collector.is_everything_stored)
    assert post(running, service, "after").status == 200


def test_store_that_is_not_there_at_the_start_is_told(server):
    dsn = server.front.dsn
    server.down()
    try:
        with pytest.raises(StoreUnavailableError, match=r"does not answer \(connection refused\)"):
            open_store(dsn)
    finally:
        server.up()
