"""The collector is down, refuses, is slow or comes back: nothing is lost while there is room on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from fault_oracle import BEGINNING, accounts_of, bodies_on_disk, log_marked

# Tries that are over at once, and pauses that are short.
BRIEF = {"retry_seconds": 0.05, "retry_initial_seconds": 0.01, "retry_max_seconds": 0.02}
# So long that only a record, a flush or the end is a reason to send.
PATIENT = {"retry_initial_seconds": 3600, "retry_max_seconds": 3600}


@pytest.fixture
def spooling(attach, sink, spool_dir):
    """Makes handlers that spool."""

    def make(**settings):
        return attach(**{"endpoint": sink.url, "spool_dir": str(spool_dir), **BRIEF, **settings})

    return make


@pytest.fixture
def down(sink):
    """Has the collector answer 503 until told otherwise."""
    sink.default.status = 503

    def up():
        sink.default.status = 200

    return up


def all_sent(handler):
    stats = handler.stats()
    return stats["sent"] == stats["accepted"]


def test_what_cannot_be_sent_goes_to_disk_and_comes_back(logger, spooling, sink, spool_dir, oracle, down):
    handler = spooling()
    marks = log_marked(logger, 20)
    assert handler.flush(30)
    stats = handler.stats()
    assert (stats["sent"], stats["queued"], stats["dropped"]) == (0, 0, {})
    assert stats["spooled"] == 20
    oracle.check(stats, marks=marks)
    down()
    sink.wait_for(lambda: all_sent(handler))
    oracle.check(handler.stats(), marks=marks)
    assert bodies_on_disk(spool_dir) == []


def test_nobody_there_goes_to_disk_for_the_next_program(logger, attach, refused_url, spool_dir, oracle):
    first = attach(endpoint=refused_url, spool_dir=str(spool_dir), **BRIEF)
    log_marked(logger, 5)
    assert first.flush(30)
    assert first.stats()["spooled"] == 5
    first.close()
    oracle.check(first.stats())


def test_no_secret_lies_on_disk(logger, spooling, down, spool_dir):
    handler = spooling(compression="none")
    logger.info("Authorization: Bearer abcdefghijklmnop1234567890", extra={"password": "hunter2hunter2"})
    assert handler.flush(30)
    (body,) = bodies_on_disk(spool_dir)
    content = body.read_bytes()
    assert b"Authorization" in content
    assert b"abcdefghijklmnop" not in content
    assert b"hunter2" not in content


def test_the_bytes_on_disk_and_of_every_retry_are_the_same(logger, spooling, sink, down, spool_dir):
    handler = spooling()
    log_marked(logger, 3)
    assert handler.flush(30)
    (body,) = bodies_on_disk(spool_dir)
    content = body.read_bytes()
    down()
    sink.wait_for(lambda: all_sent(handler))
    assert {request.content for request in sink.requests} == {content}
    assert len(sink.requests) > 2


def test_what_is_new_goes_first_and_what_waited_follows(logger, spooling, sink, oracle, down):
    handler = spooling(max_batch_records=5)
    old = log_marked(logger, 15)
    assert handler.flush(30)
    assert handler.stats()["spooled"] == 15
    handler.close()
    down()
    new = log_marked(logger, 1)
    sink.wait_for(lambda: all_sent(handler))
    assert oracle.stored() == [*new, *old]


def test_a_queue_that_fills_goes_to_disk_before_the_budget_is_spent(logger, spooling, oracle, sink, answer):
    handler = spooling(
        max_queue_records=100, max_batch_records=50, retry_seconds=3600, **PATIENT, flush_interval_seconds=0.001
    )
    for _ in range(100):
        answer(503)
    marks = []
    for _ in range(40):
        marks += log_marked(logger, 25)
        # A program that logs for a while, and not in one burst.
        sink.wait_for(lambda: not handler._worker.queue.is_filling())
    stats = handler.stats()
    assert stats["spooled"] >= 500
    assert stats["dropped"] == {}
    oracle.check(stats, marks=marks)
    sink.answers.clear()
    handler.close()
    oracle.check(handler.stats(), marks=marks)


@pytest.mark.parametrize("asked", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_collector_that_asks_for_a_long_wait_gets_it(logger, spooling, sink, oracle, answer, asked):
    handler = spooling(shutdown_seconds=0.2)
    answer(429, retry_after=asked)
    marks = log_marked(logger, 3)
    assert handler.flush(30)
    marks += log_marked(logger, 3)
    handler.close()
    assert len(sink.requests) == 1
    assert handler.stats()["spooled"] == 6
    oracle.check(handler.stats(), marks=marks)


def test_a_black_hole_costs_nothing_while_there_is_room_on_disk(logger, attach, sink, spool_dir, oracle):
    # The answer is an hour in coming, and the queue would be full long before.
    handler = attach(
        endpoint=sink.url, spool_dir=str(spool_dir), timeout_seconds=3600, shutdown_seconds=0.2, max_queue_records=200
    )
    sink.gate.clear()
    marks = log_marked(logger, 1)
    sink.wait_for(lambda: len(sink.requests) == 1)
    for _ in range(4):
        marks += log_marked(logger, 150)
        logged = len(marks)
        sink.wait_for(lambda: handler.stats()["spooled"] == logged - 1)  # noqa: B023 - called here and now
    stats = handler.stats()
    assert stats["dropped"] == {}
    oracle.check({**stats, "sent": 1, "queued": stats["queued"] - 1}, marks=marks)
    sink.gate.set()
    sink.wait_for(lambda: all_sent(handler))
    oracle.check(handler.stats(), marks=marks)


def test_a_black_hole_at_close_leaves_everything_on_disk(logger, attach, black_hole_url, spool_dir, oracle):
    handler = attach(
        endpoint=black_hole_url,
        spool_dir=str(spool_dir),
        timeout_seconds=3600,
        shutdown_seconds=0.4,
        max_batch_records=10,
    )
    marks = log_marked(logger, 55)
    handler.close()
    stats = handler.stats()
    assert (stats["spooled"], stats["dropped"]) == (55, {})
    oracle.check(stats, marks=marks)


def test_a_request_that_hangs_at_close_is_on_disk_byte_for_byte(logger, spooling, sink, spool_dir, oracle):
    handler = spooling(shutdown_seconds=0.2, timeout_seconds=3600)
    sink.gate.clear()
    marks = log_marked(logger, 3)
    sink.wait_for(lambda: len(sink.requests) == 1)
    marks += log_marked(logger, 2)
    handler.close()
    assert handler.stats()["spooled"] == 5
    contents = [body.read_bytes() for body in bodies_on_disk(spool_dir)]
    # The collector has taken it, and knows it again by its bytes when it comes from the disk.
    assert sink.requests[0].content in contents
    sink.gate.set()
    oracle.check(handler.stats(), marks=marks)
    log_marked(logger, 1)
    sink.wait_for(lambda: all_sent(handler))
    handler.close()
    oracle.check(handler.stats())


def test_what_an_earlier_program_left_is_sent_and_counted_apart(logger, spooling, run_program, sink, spool_dir, oracle):
    sink.default.status = 503
    # Killed while its records lie on disk: nobody said good-bye.
    ran = run_program(
        f"{BEGINNING}\nlog_marked(7)\nassert handler.flush(30)\ntell_accounts()\nos.kill(os.getpid(), signal.SIGKILL)",
        SPANLOG_ENDPOINT=sink.url,
        SPANLOG_SPOOL_DIR=str(spool_dir),
        SPANLOG_RETRY_SECONDS="0",
    )
    left = accounts_of(ran.stdout)
    assert left["spooled"] == 7
    sink.default.status = 200
    handler = spooling()
    log_marked(logger, 2)
    sink.wait_for(lambda: handler.stats()["recovered"]["sent"] == 7)
    stats = handler.stats()
    assert (stats["accepted"], stats["sent"]) == (2, 2)
    oracle.check(left, stats)
    assert bodies_on_disk(spool_dir) == []


def test_a_script_that_only_lives_a_moment_sends_what_another_left(run_program, sink, spool_dir, oracle):
    settings = {"SPANLOG_ENDPOINT": sink.url, "SPANLOG_SPOOL_DIR": str(spool_dir)}
    sink.default.status = 503
    first = run_program(f"{BEGINNING}\nlog_marked(7)", SPANLOG_SHUTDOWN_SECONDS="0.2", **settings)
    sink.default.status = 200
    second = run_program(f"{BEGINNING}\nlog_marked(1)", **settings)
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    one, two = accounts_of(first.stdout), accounts_of(second.stdout)
    assert (one["spooled"], two["recovered"]["sent"]) == (7, 7)
    oracle.check(one, two)
    assert list(spool_dir.iterdir()) == []


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_what_a_collector_refuses_from_the_disk_is_counted(logger, spooling, sink, down, oracle, status):
    handler = spooling()
    log_marked(logger, 4)
    assert handler.flush(30)
    sink.default.status = status
    sink.wait_for(lambda: handler.stats()["spooled"] == 0)
    assert handler.stats()["dropped"] == {f"http_{status}": 4}
    sink.default.status = 200
    oracle.check(handler.stats())


def test_what_a_collector_takes_in_part_from_the_disk_is_counted(logger, spooling, sink, down, answer):
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

    handler = spooling()
    log_marked(logger, 4)
    assert handler.flush(30)
    response = ExportLogsServiceResponse()
    response.partial_success.rejected_log_records = 3
    answer(200, response.SerializeToString())
    sink.wait_for(lambda: handler.stats()["spooled"] == 0)
    stats = handler.stats()
    assert (stats["sent"], stats["dropped"]) == (1, {"rejected": 3})


def test_a_full_spool_loses_the_oldest_and_counts_them(logger, spooling, sink, down, oracle, spool_dir):
    handler = spooling(max_spool_bytes=20_000, compression="none")
    marks = []
    for _ in range(30):
        marks += log_marked(logger, 3, payload="x" * 400)
        assert handler.flush(30)
    stats = handler.stats()
    assert stats["dropped"]["spool_full"] > 0
    assert stats["spooled"] > 0
    oracle.check(stats, marks=marks)
    assert oracle.on_disk() == marks[-stats["spooled"] :]
    assert sum(body.stat().st_size for body in bodies_on_disk(spool_dir)) <= 20_000


def test_a_disk_that_cannot_be_written_loses_records_and_says_so(logger, spooling, down, spool_dir, oracle):
    spool_dir.write_text("a file where the directory should be")
    handler = spooling()
    marks = log_marked(logger, 3)
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"spool_unwritable": 3}
    oracle.check(handler.stats(), marks=marks)


def test_a_damaged_body_is_counted_and_costs_no_other(logger, spooling, sink, down, spool_dir):
    handler = spooling(retry_initial_seconds=0.2, retry_max_seconds=0.2)
    for count in (2, 3):
        log_marked(logger, count)
        assert handler.flush(30)
    bodies_on_disk(spool_dir)[0].write_bytes(b"damaged")
    down()
    sink.wait_for(lambda: handler.stats()["spooled"] == 0)
    stats = handler.stats()
    assert (stats["sent"], stats["dropped"]) == (3, {"spool_damaged": 2})
    assert len(list((spool_dir / "set-aside").iterdir())) == 1


def test_programs_share_a_spool_and_nothing_comes_twice(sink, spool_dir, oracle):
    sink.default.status = 503
    source = f"{BEGINNING}\nfor _ in range(50):\n    log_marked(20)\n    time.sleep(0.005)\n"
    settings = {
        "SPANLOG_ENDPOINT": sink.url,
        "SPANLOG_SPOOL_DIR": str(spool_dir),
        "SPANLOG_RETRY_SECONDS": "0.02",
        "SPANLOG_RETRY_INITIAL_SECONDS": "0.01",
        "SPANLOG_RETRY_MAX_SECONDS": "0.02",
        "SPANLOG_FLUSH_INTERVAL_SECONDS": "0.01",
    }
    command = [sys.executable, "-W", "error", "-c", source]
    running = [
        subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    sink.wait_for(lambda: len(bodies_on_disk(spool_dir)) >= 3)
    sink.default.status = 200
    told = [one.communicate(timeout=60)[0] for one in running]
    assert [one.returncode for one in running] == [0] * 3
    accounts = [accounts_of(one) for one in told]
    assert sum(one["accepted"] for one in accounts) == 3_000
    oracle.check(*accounts)


def test_the_accounts_balance_at_every_moment_of_a_storm(logger, spooling, sink, answer, oracle):
    handler = spooling(
        max_queue_records=300,
        max_batch_records=20,
        retry_seconds=0.01,
        retry_initial_seconds=0.001,
        retry_max_seconds=0.002,
        flush_interval_seconds=0.001,
        max_spool_bytes=30_000,
    )
    for status in [503, 200, 400, 429, 200, 413, 502, 503, 504, 503, 503, 503] * 30:
        answer(status)
    faults, done = [], threading.Event()

    def watch():
        last = 0
        while not done.is_set():
            stats = handler.stats()
            total = stats["sent"] + stats["queued"] + stats["spooled"] + sum(stats["dropped"].values())
            if stats["accepted"] != total or stats["accepted"] < last or min(stats["spooled"], stats["sent"]) < 0:
                faults.append(stats)
            last = stats["accepted"]

    marks = []

    def work():
        marks.extend(log_marked(logger, 500))

    watcher = threading.Thread(target=watch)
    workers = [threading.Thread(target=work) for _ in range(4)]
    for thread in [watcher, *workers]:
        thread.start()
    for thread in workers:
        thread.join()
    assert handler.flush(60)
    sink.answers.clear()
    sink.wait_for(lambda: handler.stats()["spooled"] == 0)
    handler.close()
    done.set()
    watcher.join()
    assert not faults
    oracle.check(handler.stats(), marks=marks)
