"""More than the store takes, and data of a shape nobody expects: bounded, told, and nothing lost."""

import subprocess
import sys
import tempfile
import threading
import time
import uuid

import pytest
from running_collector import PROTOBUF, RunningCollector, wait_for_count
from segments import log_request

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.receivers.otlp_http import OtlpHttpReceiver
from spanlog_collector.storage import QueryLimits, QueryTooLargeError
from spanlog_collector.storage.embedded_engine import release_library_pages

RECORDS = 20
DAY_NANOSECONDS = 86_400 * 10**9


def test_flood_is_bounded_told_when_to_come_back_and_loses_nothing(store, tmp_path, service):
    limits = JournalLimits(max_bytes=2_000_000, max_waiting_bytes=500_000)
    running = RunningCollector(store, tmp_path, journal=limits)
    journal = running.collector._journal
    acknowledged: list[str] = []
    refusals: list[int] = []
    stopping = threading.Event()
    highest_waiting = highest_size = 0

    def send() -> None:
        while not stopping.is_set():
            bodies = [f"{uuid.uuid4()} {'x' * 5000}" for _ in range(RECORDS)]
            answer = running.post("/v1/logs", log_request(service, *bodies).SerializeToString(), PROTOBUF)
            if answer.status == 200:
                acknowledged.extend(body[:36] for body in bodies)
            else:
                assert answer.status == 503, answer.status
                refusals.append(int(answer.headers["retry-after"]))

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    deadline = time.monotonic() + 30
    while (len(refusals) < 100 or len(acknowledged) < 2000) and time.monotonic() < deadline:
        highest_waiting = max(highest_waiting, journal._waiting_bytes)
        highest_size = max(highest_size, journal.size_bytes)
        time.sleep(0.005)
    stopping.set()
    for sender in senders:
        sender.join()
    assert len(refusals) >= 100
    assert min(refusals) > 0
    assert highest_waiting <= limits.max_waiting_bytes
    assert highest_size <= limits.max_bytes + 100_000
    wait_for_count(store, service, len(acknowledged))
    assert running.stop() is True
    sql = "SELECT uniqExact(substring(Body, 1, 36)) AS n FROM otel_logs WHERE ServiceName = {service:String}"
    assert store.query(sql, {"service": service}) == [{"n": len(acknowledged)}]


def test_request_is_refused_before_it_is_read_where_it_would_be_refused_afterwards(
    store, tmp_path, service, monkeypatch
):
    running = RunningCollector(store, tmp_path, journal=JournalLimits(max_bytes=1000))
    read = []
    real = OtlpHttpReceiver._read

    async def reading(self, request, *rest):
        read.append(request.content_length)
        return await real(self, request, *rest)

    monkeypatch.setattr(OtlpHttpReceiver, "_read", reading)
    try:
        large = log_request(service, "x" * 300_000).SerializeToString()
        small = log_request(service, "y").SerializeToString()
        assert running.post("/v1/logs", large, PROTOBUF).status == 503
        # And the connection, in which the rest of it still was, can be used for the next one.
        assert running.post("/v1/logs", small, PROTOBUF).status == 200
        assert read == [len(small)]
        wait_for_count(store, service, 1)
    finally:
        running.stop()


def test_one_request_larger_than_what_may_wait_is_taken_when_nothing_waits(open_journal):
    opened = open_journal(max_waiting_bytes=1000)
    assert opened.journal.append(LOGS, b"x" * 5000).result(10) is True


def test_pace_of_the_store_is_that_of_all_signals_and_forgotten_when_it_fails():
    drain = Drain()
    assert drain.bytes_per_second is None
    drain.loaded(LOGS, 1000, 1.0)
    drain.loaded(LOGS, 3000, 1.0)
    drain.loaded(TRACES, 500, 0.5)
    assert drain.bytes_per_second == pytest.approx(3000)
    drain.failed()
    assert drain.bytes_per_second is None


def test_journal_goes_up_to_its_bound_while_the_pace_of_the_store_is_unknown(open_journal):
    opened = open_journal(burst_bytes=100, max_bytes=10_000)
    for number in range(9):
        opened.journal.append(LOGS, bytes([number]) * 1000).result(10)
    with pytest.raises(JournalUnavailableError, match="the journal is full"):
        opened.journal.append(LOGS, b"z" * 1000)


def test_thousands_of_distinct_attribute_keys_are_stored(store, tmp_path, service):
    running = RunningCollector(store, tmp_path)
    try:
        request = log_request(service, *(str(number) for number in range(100)))
        for number, record in enumerate(request.resource_logs[0].scope_logs[0].log_records):
            for key in range(50):
                record.attributes.add(key=f"key.{number}.{key}").value.string_value = "v"
        assert running.post("/v1/logs", request.SerializeToString(), PROTOBUF).status == 200
        wait_for_count(store, service, 100)
        sql = (
            "SELECT uniqExact(arrayJoin(mapKeys(LogAttributes))) AS n FROM otel_logs "
            "WHERE ServiceName = {service:String}"
        )
        assert store.query(sql, {"service": service}) == [{"n": 5000}]
    finally:
        running.stop()


def test_timestamps_of_over_a_hundred_days_zero_and_the_far_future_are_stored_in_one_batch(store, tmp_path, service):
    running = RunningCollector(store, tmp_path)
    try:
        request = log_request(service, *(str(number) for number in range(132)))
        records = request.resource_logs[0].scope_logs[0].log_records
        for number, record in enumerate(records):
            record.time_unix_nano -= number * DAY_NANOSECONDS
        records[130].time_unix_nano = 0
        records[131].time_unix_nano = 2**64 - 1
        assert running.post("/v1/logs", request.SerializeToString(), PROTOBUF).status == 200
        # A part for each day, each synced: seconds on a slow disk.
        deadline = time.monotonic() + 100
        while not running.collector.is_everything_stored and time.monotonic() < deadline:
            time.sleep(0.05)
        wait_for_count(store, service, 132)
        sql = "SELECT uniqExact(toDate(Timestamp)) AS days FROM otel_logs WHERE ServiceName = {service:String}"
        assert store.query(sql, {"service": service})[0]["days"] > 120
        assert not list(running.data.quarantine.glob("*.message"))
    finally:
        running.stop()


def test_query_that_wants_more_memory_than_there_is_leaves_the_store_working(store, tmp_path, service):
    running = RunningCollector(store, tmp_path)
    try:
        with pytest.raises(QueryTooLargeError, match=r"[Mm]emory"):
            store.query(
                "SELECT groupArray(number) FROM numbers(1000000000)",
                limits=QueryLimits(max_memory_bytes=100 * 1024**3, max_seconds=20),
            )
        assert running.post("/v1/logs", log_request(service, "a").SerializeToString(), PROTOBUF).status == 200
        wait_for_count(store, service, 1)
    finally:
        running.stop()


def test_pandas_stays_out_of_the_process():
    """The client would load it with the first insert, for 50 MiB."""
    program = (
        "import sys\n"
        "from spanlog_collector.storage import migrate, open_store\n"
        "store = open_store(sys.argv[1])\n"
        "migrate(store)\n"
        "store.close()\n"
        "print([name for name in ('pandas', 'polars') if name in sys.modules])\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", program, f"chdb://{folder}/store"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems tell nothing of mapped pages")
def test_pages_of_the_library_are_let_go_and_come_back(store):
    released = release_library_pages()
    assert released > 0
    assert store.query("SELECT sum(number) AS n FROM numbers(1000)") == [{"n": 499500}]
