"""What is acknowledged is on disk, once, and is found again after a crash."""

import asyncio
import concurrent.futures
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from segments import framed

from spanlog_collector.exceptions import JournalUnavailableError
from spanlog_collector.journal import dedup
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.frame import Frame, digest_of, scan
from spanlog_collector.otlp.description import LOGS, TRACES


def bodies_of(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return [data[piece.body : piece.end] for piece in scan(data) if isinstance(piece, Frame)]


def test_append_is_on_disk_when_its_future_is_done(open_journal):
    opened = open_journal(segment_seconds=60)
    assert opened.journal.append(LOGS, b"one").result(10) is True
    (path,) = opened.directory.glob("logs-*.segment")
    assert bodies_of(path) == [b"one"]


def test_signals_lie_in_segments_of_their_own(open_journal):
    opened = open_journal()
    opened.journal.append(LOGS, b"log").result(10)
    opened.journal.append(TRACES, b"span").result(10)
    opened.journal.close()
    assert {segment.signal.name: bodies_of(segment.path) for segment in opened.segments} == {
        "logs": [b"log"],
        "traces": [b"span"],
    }


def test_concurrent_appends_are_all_written_once(open_journal):
    opened = open_journal(segment_bytes=4096)
    bodies = [f"{thread}-{index}".encode() for thread in range(8) for index in range(200)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda body: opened.journal.append(LOGS, body).result(30), bodies))
    opened.journal.close()
    assert all(results)
    written = [body for segment in opened.segments for body in bodies_of(segment.path)]
    assert sorted(written) == sorted(bodies)
    assert len(opened.segments) > 1
    assert [segment.sequence for segment in opened.segments] == sorted(s.sequence for s in opened.segments)


def test_same_bytes_are_acknowledged_again_and_written_once(open_journal):
    opened = open_journal()
    assert opened.journal.append(LOGS, b"again").result(10) is True
    assert opened.journal.append(LOGS, b"again").result(10) is False
    opened.journal.close()
    assert [bodies_of(segment.path) for segment in opened.segments] == [[b"again"]]


def test_same_bytes_at_the_same_moment_are_written_once(open_journal):
    opened = open_journal()
    barrier = threading.Barrier(8)

    def append(_: int) -> bool:
        barrier.wait()
        return opened.journal.append(LOGS, b"at once").result(10)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(8)))
    opened.journal.close()
    assert [bodies_of(segment.path) for segment in opened.segments] == [[b"at once"]]


def test_requests_are_recognised_after_their_segment_was_stored_and_the_journal_reopened(open_journal):
    opened = open_journal()
    opened.journal.append(LOGS, b"stored").result(10)
    opened.journal.close()
    opened.journal.discard(opened.segments[0])
    assert not list(opened.directory.glob("*.segment"))
    assert opened.journal.size_bytes == 0
    reopened = open_journal()
    assert reopened.journal.append(LOGS, b"stored").result(10) is False


def test_requests_of_leftover_segments_are_recognised(open_journal):
    opened = open_journal()
    opened.journal.append(LOGS, b"left over").result(10)
    opened.journal.close()
    reopened = open_journal()
    assert [bodies_of(segment.path) for segment in reopened.leftover] == [[b"left over"]]
    assert reopened.journal.append(LOGS, b"left over").result(10) is False


def test_torn_tail_is_cut_and_the_rest_kept(open_journal):
    opened = open_journal()
    opened.journal.append(LOGS, b"whole").result(10)
    opened.journal.close()
    path = opened.segments[0].path
    with path.open("ab") as file:
        file.write(framed(b"never acknowledged")[:-3])
    (segment,) = open_journal().leftover
    assert segment.path.read_bytes() == framed_as_on_disk(path)
    assert bodies_of(segment.path) == [b"whole"]


def framed_as_on_disk(path: Path) -> bytes:
    data = path.read_bytes()
    (frame,) = (piece for piece in scan(data) if isinstance(piece, Frame))
    return data[frame.start : frame.end]


def test_damaged_message_is_set_aside_with_its_bytes_and_its_neighbours_kept(open_journal):
    opened = open_journal()
    for body in (b"first", b"second", b"third"):
        opened.journal.append(LOGS, body).result(10)
    opened.journal.close()
    path = opened.segments[0].path
    damaged = path.read_bytes().replace(b"second", b"sEcond")
    path.write_bytes(damaged)
    reopened = open_journal()
    assert [bodies_of(segment.path) for segment in reopened.leftover] == [[b"first", b"third"]]
    assert reopened.quarantine.count() == 1
    (message,) = reopened.quarantine._directory.glob("*.message")
    assert b"sEcond" in message.read_bytes()
    assert "checksum" in message.with_suffix(".reason").read_text()


def test_segment_of_garbage_does_not_stop_the_start(open_journal):
    opened = open_journal()
    opened.journal.append(LOGS, b"fine").result(10)
    opened.journal.close()
    (opened.directory / f"logs-{7:020}-{'a' * 16}.segment").write_bytes(os.urandom(5000))
    (opened.directory / f"logs-{8:020}-{'b' * 16}.segment").write_bytes(b"")
    reopened = open_journal()
    assert [bodies_of(segment.path) for segment in reopened.leftover] == [[b"fine"]]
    reopened.journal.append(LOGS, b"and goes on").result(10)


def test_full_journal_refuses_and_takes_again_when_segments_are_stored(open_journal):
    opened = open_journal(max_bytes=1000, segment_seconds=0.01)
    opened.journal.append(LOGS, b"x" * 900).result(10)
    with pytest.raises(JournalUnavailableError, match="full") as refused:
        opened.journal.append(LOGS, b"y" * 900)
    assert refused.value.retry_after_seconds > 0
    wait_until(lambda: opened.segments)
    opened.journal.discard(opened.segments[0])
    assert opened.journal.append(LOGS, b"y" * 900).result(10) is True


def wait_until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def test_segment_grows_while_the_store_is_busy_and_goes_when_it_is_ready(open_journal):
    busy = {"is": True}
    opened = open_journal(segment_seconds=0, segment_bytes=1, is_store_idle=lambda _: not busy["is"])
    for number in range(20):
        opened.journal.append(LOGS, b"body %d" % number).result(10)
    assert opened.segments == []
    busy["is"] = False
    opened.journal.store_is_ready()
    wait_until(lambda: opened.segments)
    assert bodies_of(opened.segments[0].path) == [b"body %d" % number for number in range(20)]


def test_segment_does_not_grow_without_end_while_the_store_is_busy(open_journal):
    opened = open_journal(busy_segment_bytes=2000, is_store_idle=lambda _: False)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: opened.journal.append(LOGS, b"%d" % number * 300).result(10), range(100, 140)))
    assert len(opened.segments) > 5
    # A request that is larger than a segment may be makes one of its own.
    assert opened.journal.append(LOGS, b"x" * 10_000).result(10) is True
    opened.journal.close()
    assert max(segment.size_bytes for segment in opened.segments[:-1]) < 2 * 2000


def test_sender_that_was_cancelled_costs_no_other_its_answer(open_journal):
    """gRPC cancels the handler of a call whose sender went away, and with it what the handler waits for."""
    opened = open_journal()

    async def send() -> bool:
        gone = [opened.journal.append_async(LOGS, b"gone %d" % number) for number in range(50)]
        waits = opened.journal.append_async(LOGS, b"waits")
        for future in gone:
            future.cancel()
        return await asyncio.wait_for(waits, 10)

    assert asyncio.run(send()) is True
    future = opened.journal.append(LOGS, b"gone too")
    future.cancel()
    assert opened.journal.append(LOGS, b"still there").result(10) is True


def test_loop_that_was_closed_costs_no_other_its_answer(open_journal):
    opened = open_journal()

    async def send_and_leave() -> None:
        opened.journal.append_async(LOGS, b"left behind")

    asyncio.run(send_and_leave())
    assert opened.journal.append(LOGS, b"still there").result(10) is True


def test_repetition_of_a_request_that_is_under_way_is_told_so(open_journal):
    opened = open_journal()

    async def send() -> list[bool]:
        return await asyncio.gather(*(opened.journal.append_async(LOGS, b"one") for _ in range(3)))

    assert asyncio.run(send()) == [True, False, False]


def test_closed_journal_refuses(open_journal):
    opened = open_journal()
    opened.journal.close()
    with pytest.raises(JournalUnavailableError, match="stopping"):
        opened.journal.append(LOGS, b"late")


def test_disk_that_refuses_gives_no_false_acknowledgement_and_recovers(open_journal):
    """The kernel's limit on file sizes refuses the write in the middle of it, as a full disk does."""
    opened = open_journal(segment_seconds=60)
    opened.journal.append(LOGS, b"before").result(10)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    old_handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, old[1]))
        future = opened.journal.append(LOGS, b"x" * 5000)
        with pytest.raises(JournalUnavailableError, match="cannot be written"):
            future.result(10)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, old_handler)
    assert opened.journal.append(LOGS, b"x" * 5000).result(10) is True
    opened.journal.close()
    written = [body for segment in opened.segments for body in bodies_of(segment.path)]
    assert written == [b"before", b"x" * 5000]


def test_seen_requests_forget_the_oldest_generation_only(tmp_path, monkeypatch):
    monkeypatch.setattr(dedup, "GENERATION_REQUESTS", 2)
    seen = SeenRequests(tmp_path, 1000.0)
    digests = [digest_of(bytes([index])) for index in range(9)]
    for start in range(0, 9, 3):
        for digest in digests[start : start + 3]:
            seen.add(digest)
        seen.persist(digests[start : start + 3], 1001.0 + start)
    assert [digest in seen for digest in digests] == [False] * 6 + [True] * 3
    reopened = SeenRequests(tmp_path, 1010.0)
    assert [digest in reopened for digest in digests] == [False] * 6 + [True] * 3


def test_digest_that_was_cut_by_a_crash_costs_no_other(tmp_path):
    seen = SeenRequests(tmp_path, 1000.0)
    seen.persist([digest_of(b"a")], 1000.0)
    (file,) = tmp_path.glob("*.digests")
    with file.open("ab") as handle:
        handle.write(b"half")
    SeenRequests(tmp_path, 1001.0).persist([digest_of(b"b")], 1001.0)
    reopened = SeenRequests(tmp_path, 1002.0)
    assert digest_of(b"a") in reopened
    assert digest_of(b"b") in reopened


KILLED_WRITER = """
import sys, time, itertools
from pathlib import Path
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.writer import Journal
from spanlog_collector.otlp.description import LOGS
directory = Path(sys.argv[1])
seen = SeenRequests(directory / "seen", time.time())
journal = Journal(directory, JournalLimits(segment_bytes=2000), seen, lambda segment: None, [])
for number in itertools.count():
    journal.append(LOGS, b"body %d" % number).result()
    print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_acknowledged(open_journal, tmp_path):
    directory = tmp_path / "journal"
    directory.mkdir()
    process = subprocess.Popen([sys.executable, "-c", KILLED_WRITER, str(directory)], stdout=subprocess.PIPE, text=True)
    acknowledged = [int(process.stdout.readline()) for _ in range(100)]
    process.kill()
    acknowledged += [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    kept = [body for segment in open_journal().leftover for body in bodies_of(segment.path)]
    assert kept[: len(acknowledged)] == [b"body %d" % number for number in acknowledged]
    assert len(kept) <= len(acknowledged) + 1
