"""The same code against a server's HTTP interface: migrations, loading through input(), queries, errors."""

import contextlib
import dataclasses
import threading
import time
import uuid
from collections.abc import Iterator

import pytest
from clickhouse_front import Front
from segments import framed, log_request

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import (
    QueryLimits,
    QueryTooLargeError,
    Store,
    StoreUnavailableError,
    migrate,
    open_store,
)
from spanlog_collector.storage.exceptions import SegmentRefusedError, StatementError
from spanlog_collector.storage.migrate import migrations

COUNT = "SELECT count() AS n FROM otel_logs WHERE ServiceName = {service:String}"


@pytest.fixture(scope="module")
def front(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """On the engine of this process: a process may have one only."""
    assert store.location.path
    server = Front(store.location.path)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    # As a server the engine is sent the schema's text, and in-process it keeps a copy where the process was started.
    with contextlib.chdir(tmp_path_factory.mktemp("started")):
        yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def remote(front: Front) -> Iterator[Store]:
    opened = open_store(front.dsn.replace("/otel", f"/remote_{uuid.uuid4().hex}"))
    assert len(migrate(opened)) == len(migrations())
    yield opened
    opened.close()


def test_database_and_tables_are_made_once(remote):
    assert migrate(remote) == []


def test_segment_goes_over_the_wire_and_is_stored_once(front, remote, service, tmp_path):
    segment = tmp_path / "s.segment"
    segment.write_bytes(
        b"".join(framed(log_request(service, str(n), "x" * 5000).SerializeToString()) for n in range(50))
    )
    for _ in range(2):
        remote.load_segment(LOGS, segment, f"token-{service}")
    assert remote.query(COUNT, {"service": service}) == [{"n": 100}]
    assert any("FROM input(" in statement for statement in front.statements)


def test_values_are_bound_by_the_server(remote):
    hostile = "'; DROP TABLE otel_logs; --\\ \x00 \u2028 {x:String}"
    assert remote.query("SELECT {x:String} AS x", {"x": hostile}) == [{"x": hostile}]


def test_rows_are_inserted(remote):
    log_id = uuid.uuid4()
    remote.insert("spanlog_log_resolutions", ["LogId", "ResolvedBy"], [[log_id, "me"]])
    rows = remote.query("SELECT LogId, ResolvedBy FROM spanlog_log_resolutions WHERE LogId = {id:UUID}", {"id": log_id})
    assert rows == [{"LogId": log_id, "ResolvedBy": "me"}]


def test_unreadable_segment_is_refused(remote, tmp_path):
    segment = tmp_path / "s.segment"
    segment.write_bytes(b"\x50abcde")
    with pytest.raises(SegmentRefusedError):
        remote.load_segment(LOGS, segment, "t")


def test_query_over_its_limit_and_wrong_query(remote):
    with pytest.raises(QueryTooLargeError):
        remote.query(
            "SELECT groupArray(number) FROM numbers(100000000)", limits=QueryLimits(max_memory_bytes=50_000_000)
        )
    with pytest.raises(StatementError, match="UNKNOWN_TABLE"):
        remote.query("SELECT * FROM nothing_of_the_kind")


def test_server_that_is_busy_or_gone_is_unavailable(front, remote):
    front.refuse.set()
    try:
        with pytest.raises(StoreUnavailableError):
            remote.query("SELECT 1")
    finally:
        front.refuse.clear()
    assert remote.query("SELECT 1 AS x") == [{"x": 1}]


def test_database_that_does_not_exist_is_told(remote):
    other = Store(dataclasses.replace(remote.location, database="nowhere"))
    with pytest.raises(StatementError, match="nowhere"):
        other.query("SELECT 1")


def test_many_threads_share_one_store(remote):
    failures = []

    def ask(number: int) -> None:
        answers = [remote.query("SELECT {n:Int64} AS n", {"n": number}) for _ in range(5)]
        failures.extend(answer for answer in answers if answer != [{"n": number}])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    assert not failures


def test_a_question_for_certain_agents_sees_theirs_alone(remote):
    agents = ('it\'s \\ "mine"', "theirs")
    remote.insert("otel_logs", ("ServiceName", "Body"), [(agent, "hi") for agent in agents])
    sql = "SELECT DISTINCT AgentId AS agent FROM otel_logs WHERE Body = 'hi' ORDER BY agent"
    assert [row["agent"] for row in remote.query(sql)] == list(agents)
    for agent in agents:
        limits = QueryLimits(agents=(agent, *(f"agent-{number}" for number in range(99))))
        assert remote.query(sql, limits=limits) == [{"agent": agent}]
        assert len(remote.query_as("JSONEachRow", sql, {}, limits).splitlines()) == 1
