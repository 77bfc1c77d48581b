"""A disk that is full, read-only or broken: nothing is acknowledged that is not kept, and it mends itself.

The disks are real and small (``small_disk``); the store lies on another one unless a test says so.
"""

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from running_collector import PROTOBUF, RunningCollector, wait_for_count
from segments import log_request
from small_disk import SmallDisk, why_not

from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import DataDirectoryError
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import Store

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

# Up to the very last byte: the disk itself says no, not the journal's own bound.
TO_THE_LAST_BYTE = JournalLimits(min_free_bytes=0)
ONCE = "SELECT Body, count() AS n FROM otel_logs WHERE ServiceName = {service:String} GROUP BY Body"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    small = SmallDisk(tmp_path / "disk", 8)
    yield small
    small.close()


@pytest.fixture
def start(store: Store, disk: SmallDisk) -> Iterator[Callable[..., RunningCollector]]:
    """Start a collector whose data directory is on the small disk; again after ``stop`` for a restart."""
    started: list[RunningCollector] = []

    def start(with_store: Store = store, limits: JournalLimits = TO_THE_LAST_BYTE) -> RunningCollector:
        started.append(RunningCollector(with_store, disk.outside / "data", journal=limits))
        return started[-1]

    yield start
    for running in started:
        if running.loop.is_running():
            running.stop()


def post(running: RunningCollector, service: str, *bodies: str):
    return running.post("/v1/logs", log_request(service, *bodies).SerializeToString(), PROTOBUF)


def away(store: Store) -> Store:
    """A store that cannot answer, until ``back``."""
    closed = Store(store.location)
    closed.close()
    return closed


def back(store: Store) -> None:
    store._is_closed = False


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def segments(running: RunningCollector) -> list[Path]:
    return list(running.data.journal.glob("*.segment"))


@pytest.mark.parametrize("limits", [TO_THE_LAST_BYTE, JournalLimits(min_free_bytes=1024 * 1024)], ids=["0", "1 MiB"])
def test_full_disk_is_told_to_senders_and_taken_again_when_there_is_room(store, disk, start, service, limits):
    running = start(limits=limits)
    assert post(running, service, "before").status == 200
    wait_for_count(store, service, 1)
    disk.fill()
    answer = post(running, service, "while")
    assert (answer.status, Status.FromString(answer.data).code) == (503, 14)
    assert int(answer.headers["retry-after"]) > 0
    with running.channel() as channel, pytest.raises(grpc.RpcError) as refused:
        LogsServiceStub(channel).Export(log_request(service, "while"))
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    retry = RetryInfo()
    details = dict(refused.value.trailing_metadata())["grpc-status-details-bin"]
    assert Status.FromString(details).details[0].Unpack(retry)
    assert retry.retry_delay.seconds > 0
    is_ready, words = running.collector.readiness()
    assert not is_ready
    assert "the journal cannot be written" in words
    assert store.query(ONCE, {"service": service}) == [{"Body": "before", "n": 1}]
    disk.free()
    assert running.collector.readiness()[0]
    assert post(running, service, "after").status == 200
    wait_for_count(store, service, 2)


def test_disk_that_fills_in_the_middle_of_a_segment_keeps_what_was_acknowledged(store, disk, start, service):
    running = start(limits=JournalLimits(min_free_bytes=0, segment_seconds=60))
    assert post(running, service, "first").status == 200
    disk.fill_but(64 * 1024)
    large = log_request(service, "x" * 300_000).SerializeToString()
    assert running.post("/v1/logs", large, PROTOBUF).status == 503
    # What was written of it is cut away again: the room is as it was.
    assert disk.free_bytes >= 60 * 1024
    disk.free()
    assert running.post("/v1/logs", large, PROTOBUF).status == 200
    running.stop()
    assert {row["Body"][:5]: row["n"] for row in store.query(ONCE, {"service": service})} == {"first": 1, "xxxxx": 1}


def test_disk_without_room_for_another_file_refuses_until_there_is(store, tmp_path, service):
    small = SmallDisk(tmp_path / "disk", 8, files=40)
    running = RunningCollector(store, small.outside / "data", journal=TO_THE_LAST_BYTE)
    try:
        names = small.use_up_files()
        assert post(running, service, "a").status == 503
        names[0].unlink()
        assert post(running, service, "a").status == 200
        wait_for_count(store, service, 1)
    finally:
        running.stop()
        small.close()


def test_loaded_segments_go_with_no_byte_free_and_their_requests_stay_recognised(store, disk, start, service):
    closed = away(store)
    running = start(closed)
    bodies = [f"b{number}" for number in range(200)]
    for body in bodies:
        assert post(running, service, body).status == 200
    first = log_request(service, "b0 again").SerializeToString()
    assert running.post("/v1/logs", first, PROTOBUF).status == 200
    disk.fill()
    back(closed)
    wait_for_count(store, service, 201)
    wait_until(lambda: running.collector.is_everything_stored)
    # Closed, so that it is the restarted collector that must know the request, and from the disk.
    assert segments(running) == []
    running.stop()
    restarted = start()
    assert restarted.post("/v1/logs", first, PROTOBUF).status == 200
    restarted.stop()
    assert {row["n"] for row in store.query(ONCE, {"service": service})} == {1}


def test_start_with_no_byte_free_loads_what_was_left(store, disk, start, service):
    running = start(away(store))
    for number in range(30):
        assert post(running, service, f"b{number}").status == 200
    running.collector._config = running.collector._config.__class__(shutdown_seconds=0.1)
    assert running.stop() is False
    disk.fill()
    restarted = start()
    wait_for_count(store, service, 30)
    wait_until(lambda: segments(restarted) == [])
    disk.free()
    assert post(restarted, service, "new").status == 200
    wait_for_count(store, service, 31)


def test_message_the_engine_refuses_on_a_full_disk_waits_for_room_and_holds_up_no_other_signal(
    store, disk, start, service
):
    closed = away(store)
    running = start(closed)
    journal = running.collector._journal
    for body in (log_request(service, "a").SerializeToString(), b"\x50abcde"):
        journal.append(LOGS, body).result(10)
    disk.fill()
    back(closed)
    wait_until(lambda: "No space" in str(running.collector._loaders[LOGS].failure))
    assert segments(running)
    disk.free()
    wait_for_count(store, service, 1)
    wait_until(lambda: running.collector.is_everything_stored)
    (message,) = running.data.quarantine.glob("*.message")
    assert b"\x50abcde" in message.read_bytes()


def test_journal_that_becomes_read_only_refuses_until_it_is_not(store, disk, tmp_path, service):
    running = RunningCollector(store, tmp_path / "data", journal=TO_THE_LAST_BYTE)
    journal = disk.outside
    running.collector._journal._directory = running.collector._journal._disk._directory = journal
    try:
        assert post(running, service, "before").status == 200
        wait_for_count(store, service, 1)
        wait_until(lambda: running.collector.is_everything_stored)
        disk.make_read_only(is_read_only=True)
        answer = post(running, service, "while")
        assert answer.status == 503
        assert "ead-only" in Status.FromString(answer.data).message
        assert "ead-only" in running.collector.readiness()[1]
        disk.make_read_only(is_read_only=False)
        assert running.collector.readiness()[0]
        assert post(running, service, "after").status == 200
        wait_for_count(store, service, 2)
    finally:
        running.stop()


def test_data_directory_on_a_read_only_disk_is_told(disk):
    before = DataDirectory(disk.outside / "data")
    before.acquire()
    before.release()
    disk.make_read_only(is_read_only=True)
    with pytest.raises(DataDirectoryError, match=r"cannot be written \(Read-only file system\); choose another"):
        DataDirectory(disk.outside / "data").acquire()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_sync_that_fails_acknowledges_nothing_and_loses_nothing(store, start, service, monkeypatch, number):
    """No disk can be made to fail at fsync by every user of every machine, so the call is made to."""
    running = start()
    assert post(running, service, "before").status == 200
    real, failing = os.fsync, [True]

    def fsync(descriptor: int) -> None:
        if failing and ".segment" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    for _ in range(3):
        assert post(running, service, "while").status == 503
    failing.clear()
    assert post(running, service, "after").status == 200
    running.stop()
    assert {row["Body"]: row["n"] for row in store.query(ONCE, {"service": service})} == {"before": 1, "after": 1}


def test_reserve_is_kept_and_given_back(disk):
    data = DataDirectory(disk.outside / "data")
    data.acquire()
    disk.fill()
    assert data.keep_reserve() is False
    assert disk.free_bytes == 0
    disk.free()
    small = SmallDisk(disk.mount_point.with_name("other"), 16)
    data = DataDirectory(small.outside / "data")
    data.acquire()
    assert data.keep_reserve() is True
    small.fill()
    data.release_reserve()
    assert small.free_bytes >= 8 * 1024 * 1024
    data.release()
    small.close()
