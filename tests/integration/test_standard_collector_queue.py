"""What the standard Collector's queue saves: kill -9 in the middle of a stream, and its downstream away meanwhile."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from front_process import FrontProcess
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from stack_process import RunningStack
from standard_collector_process import StandardCollector, standard_collector_binary

# The first one may have to wait until the Collector is built.
pytestmark = pytest.mark.timeout(1800)

RECORDS_PER_REQUEST = 50


@pytest.fixture(scope="module")
def binary() -> Path:
    return standard_collector_binary()


@pytest.fixture
def collectors() -> Iterator[list[StandardCollector]]:
    """Those that a test started; none is left running."""
    started: list[StandardCollector] = []
    yield started
    for collector in started:
        collector.kill()


class Sender(threading.Thread):
    """Posts marked records one request after the other, and remembers which were acknowledged."""

    def __init__(self, endpoint: str, name: str) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._name = name
        self.acknowledged: set[str] = set()
        self.in_doubt: set[str] = set()
        """Sent, but the answer did not come: stored or not, both are right."""

    def run(self) -> None:
        with urllib3.PoolManager(retries=False) as http:
            number = 0
            while True:
                number += 1
                marks = {f"{self._name}-{number}-{index}" for index in range(RECORDS_PER_REQUEST)}
                try:
                    answer = http.request(
                        "POST",
                        f"{self._endpoint}/v1/logs",
                        body=_request(marks),
                        headers={"Content-Type": "application/x-protobuf"},
                    )
                except urllib3.exceptions.HTTPError:
                    # It was killed: the stream ends here.
                    self.in_doubt |= marks
                    return
                assert answer.status == 200
                self.acknowledged |= marks

    def wait_for(self, records: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < records:
            assert time.monotonic() < deadline
            time.sleep(0.005)


def _request(marks: set[str]) -> bytes:
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "stream"
    records = resource.scope_logs.add().log_records
    for mark in marks:
        record = records.add(time_unix_nano=time.time_ns(), severity_number=9)
        record.body.string_value = mark
    return request.SerializeToString()


class Stream:
    """A stream of records through one Collector after the other, on the same folder; each but the last is killed."""

    def __init__(self, binary: Path, folder: Path, collectors: list[StandardCollector], **settings: str) -> None:
        self._start = lambda: StandardCollector(binary, folder, **settings)
        self._collectors = collectors
        self._senders: list[Sender] = []

    def send_and_kill(self) -> None:
        """Start one and send; kill it while requests come in and (if there is a downstream) batches go out."""
        self._collectors.append(self._start())
        self._senders.append(Sender(self._collectors[-1].otlp_http, f"run{len(self._senders)}"))
        self._senders[-1].start()
        self._senders[-1].wait_for(1500)
        self._collectors[-1].kill()
        self._senders[-1].join()

    def drain(self, stack: RunningStack) -> None:
        """Start one more, and stop it when no record comes out any more."""
        self._collectors.append(self._start())
        least = len(self.acknowledged())
        stack.wait_for("/logs", lambda page: page["total"] >= least, limit=1, agent_id="stream")
        before, since = -1, time.monotonic()
        while time.monotonic() - since < 2:
            total = stack.get("/logs", limit=1, agent_id="stream")["total"]
            if total != before:
                before, since = total, time.monotonic()
            time.sleep(0.1)
        assert self._collectors[-1].stop() == 0

    def acknowledged(self) -> set[str]:
        return set().union(*[sender.acknowledged for sender in self._senders])

    def check(self, rows: list[dict[str, Any]]) -> int:
        """Assert that nothing acknowledged is missing and nothing is there that was not sent; give what is repeated."""
        stored = Counter(row["Body"] for row in rows)
        assert self.acknowledged() <= stored.keys()
        in_doubt = set().union(*[sender.in_doubt for sender in self._senders])
        assert stored.keys() <= self.acknowledged() | in_doubt
        repeated = stored.total() - len(stored)
        print(f"{len(self._senders)} kills: {len(self.acknowledged())} acknowledged, 0 lost, {repeated} stored again")
        return repeated


BODIES = "SELECT Body FROM otel_logs WHERE ServiceName = 'stream'"


def test_kill_in_the_middle_loses_nothing_acknowledged_and_repeats_nothing(binary, tmp_path, collectors):
    stack = RunningStack(tmp_path / "data")
    upstream = stack.otlp_http
    stream = Stream(binary, tmp_path, collectors, UPSTREAM=upstream)
    stream.send_and_kill()
    # Its downstream is away: everything has to wait in the queue, and it is killed there, too.
    stack.kill()
    stream.send_and_kill()
    stream.send_and_kill()
    stack = RunningStack(tmp_path / "data", "--otlp-http", upstream.removeprefix("http://"))
    try:
        # And killed while it empties its queue.
        stream.send_and_kill()
        stream.drain(stack)
    finally:
        stack.stop()
    # What is sent again is the same bytes, so spanlog's collector knows that it has them.
    assert stream.check(stack.rows(BODIES)) == 0


def test_kill_in_the_middle_of_the_way_into_clickhouse_loses_nothing_acknowledged(binary, tmp_path, collectors):
    front = FrontProcess(tmp_path)
    stack = RunningStack(tmp_path / "data", "--dsn", front.dsn)
    try:
        stream = Stream(binary, tmp_path, collectors, EXPORTER="clickhouse", CLICKHOUSE=front.endpoint)
        stream.send_and_kill()
        stream.drain(stack)
        # What was on its way is put together to other batches, and stored again: how much is chance.
        stream.check(front.rows(BODIES))
        assert stack.stop() == 0
    finally:
        if stack.process.poll() is None:
            stack.kill()
        front.stop()


def test_files_are_read_once_across_restarts_and_go_straight_into_clickhouse(binary, tmp_path, collectors):
    """The switch as a person uses it; and each line once, because its place in the file is kept."""
    front = FrontProcess(tmp_path)
    stack = RunningStack(tmp_path / "data", "--dsn", front.dsn)
    file = tmp_path / "worker.txt"
    try:
        for run in range(2):
            with file.open("a") as lines:
                lines.writelines(f"2026-11-20T09:19:35Z INFO line {run}-{number}\n" for number in range(100))
            collectors.append(StandardCollector(binary, tmp_path, EXPORTER="clickhouse", CLICKHOUSE=front.endpoint))
            stack.wait_for("/logs", lambda page, run=run: page["total"] >= 100 * (run + 1), agent_id="worker")
            assert collectors[-1].stop() == 0
        rows = front.rows("SELECT Body, Source, count() AS n FROM otel_logs GROUP BY Body, Source")
        assert {row["Body"] for row in rows} == {f"line {run}-{number}" for run in range(2) for number in range(100)}
        assert {(row["Source"], int(row["n"])) for row in rows} == {("file", 1)}
        assert stack.stop() == 0
    finally:
        if stack.process.poll() is None:
            stack.kill()
        front.stop()
