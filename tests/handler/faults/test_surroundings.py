"""What is unusual around the handler: greenlets, a clock that jumps, few descriptors, re-configuration."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest
from fault_oracle import BEGINNING, accounts_of, log_marked

from spanlog import SpanlogHandler

DESCRIPTORS = Path("/proc/self/fd") if Path("/proc/self/fd").exists() else Path("/dev/fd")


def test_under_gevent_everything_arrives_and_nothing_blocks_the_hub(run_program, sink, oracle):
    pytest.importorskip("gevent")
    source = f"""
from gevent import monkey
monkey.patch_all()
{BEGINNING}
import gevent
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.01)
ticking = gevent.spawn(tick)
def work():
    for _ in range(50):
        log_marked()
        gevent.sleep(0)
gevent.joinall([gevent.spawn(work) for _ in range(20)])
assert handler.flush(30)
ticking.kill()
assert len(ticks) > 1
"""
    # gevent warns of itself on some versions of Python.
    ran = run_program(source, warnings="default", SPANLOG_ENDPOINT=sink.url)
    assert ran.returncode == 0, ran.stderr
    accounts = accounts_of(ran.stdout)
    assert accounts["accepted"] == accounts["sent"] == 1_000
    oracle.check(accounts)


def test_under_gevent_a_black_hole_ends_on_disk(run_program, black_hole_url, spool_dir, oracle):
    pytest.importorskip("gevent")
    source = f"from gevent import monkey\nmonkey.patch_all()\n{BEGINNING}\nlog_marked(100)\n"
    ran = run_program(
        source,
        warnings="default",
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_SPOOL_DIR=str(spool_dir),
        SPANLOG_SHUTDOWN_SECONDS="0.4",
        SPANLOG_TIMEOUT_SECONDS="3600",
    )
    assert ran.returncode == 0, ran.stderr
    assert accounts_of(ran.stdout)["spooled"] == 100
    assert len(oracle.on_disk()) == 100


@pytest.mark.parametrize("jump_seconds", [-10 * 365 * 86_400.0, 10 * 365 * 86_400.0])
def test_a_wall_clock_that_jumps_neither_stops_nor_floods_sending(
    logger, attach, sink, oracle, monkeypatch, answer, jump_seconds
):
    # The clock of the machine is not a test's to set: what reads it is turned instead.
    import time

    handler = attach(endpoint=sink.url, retry_initial_seconds=0.01)
    marks = log_marked(logger, 1)
    assert handler.flush(30)
    seconds, nanoseconds = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: seconds() + jump_seconds)
    monkeypatch.setattr(time, "time_ns", lambda: nanoseconds() + int(jump_seconds * 1e9))
    for _ in range(3):
        answer(503)
        marks += log_marked(logger, 1)
        assert handler.flush(30)
    assert len(sink.requests) == 7, "one for each batch and one for each retry"
    oracle.check(handler.stats(), marks=marks)


def test_a_wall_clock_that_jumps_back_loses_nothing_on_disk(logger, attach, sink, oracle, monkeypatch, spool_dir):
    import time

    handler = attach(
        endpoint=sink.url, spool_dir=str(spool_dir), retry_seconds=0, retry_initial_seconds=0.01, retry_max_seconds=0.02
    )
    sink.default.status = 503
    marks = log_marked(logger, 2)
    assert handler.flush(30)
    nanoseconds = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: max(0, nanoseconds() - 10**18))
    marks += log_marked(logger, 2)
    assert handler.flush(30)
    sink.default.status = 200
    sink.wait_for(lambda: handler.stats()["spooled"] == 0)
    oracle.check(handler.stats(), marks=marks)


@pytest.mark.parametrize("trouble", ["refused", "cut", "503", "hangs"])
def test_descriptors_stay_flat_through_an_outage(logger, attach, sink, refused_url, spool_dir, answer, trouble):
    handler = attach(
        endpoint=refused_url if trouble == "refused" else sink.url,
        spool_dir=str(spool_dir),
        timeout_seconds=0.05,
        retry_seconds=0,
        retry_initial_seconds=0.001,
        retry_max_seconds=0.001,
        # What is on disk is tried again meanwhile; the connection may be there or not.
        flush_interval_seconds=0.001,
    )
    match trouble:
        case "cut":
            sink.default.headers["connection"] = "close"
        case "503":
            sink.default.status = 503
        case "hangs":
            sink.gate.clear()
    log_marked(logger, 1)
    assert handler.flush(30)
    before = len(list(DESCRIPTORS.iterdir()))
    for _ in range(30):
        log_marked(logger, 1)
        assert handler.flush(30)
    sink.gate.set()
    handler.close()
    # The sink's own threads hold connections for a moment longer.
    sink.wait_for(lambda: len(list(DESCRIPTORS.iterdir())) <= before + 1)
    assert handler.stats()["dropped"] == {}


def test_handlers_that_come_and_go_during_an_outage_leave_no_descriptor(attach, refused_url, spool_dir, oracle):
    before = len(list(DESCRIPTORS.iterdir()))
    accounts = []
    for _ in range(20):
        logger = logging.Logger("passing", 1)  # noqa: LOG001 - outside the tree of loggers
        handler = attach(endpoint=refused_url, spool_dir=str(spool_dir), retry_seconds=0)
        logger.addHandler(handler)
        log_marked(logger, 2)
        handler.close()
        accounts.append(handler.stats())
    assert len(list(DESCRIPTORS.iterdir())) <= before
    oracle.check(*accounts)
    assert len(oracle.on_disk()) == 40


def test_handlers_that_are_forgotten_during_an_outage_leave_no_descriptor(refused_url, spool_dir, sink, oracle):
    before = len(list(DESCRIPTORS.iterdir()))
    for _ in range(10):
        logger = logging.Logger("passing", 1)  # noqa: LOG001 - outside the tree of loggers
        logger.addHandler(SpanlogHandler("passing", endpoint=refused_url, spool_dir=str(spool_dir), retry_seconds=0))
        log_marked(logger, 2)
    del logger
    gc.collect()
    sink.wait_for(lambda: len(oracle.on_disk()) == 20)
    sink.wait_for(lambda: len(list(DESCRIPTORS.iterdir())) <= before)


def test_no_descriptor_left_costs_records_their_place_and_not_the_program(run_program, sink, spool_dir):
    source = f"""{BEGINNING}
import resource
log_marked(1)
assert handler.flush(30)
handler.close()
held = []
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
try:
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
log_marked(5)
assert handler.flush(30)
tell = dict(handler.stats())
for one in held:
    os.close(one)
assert tell["dropped"] == {{"spool_unwritable": 5}}, tell
log_marked(2)
assert handler.flush(30)
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_SPOOL_DIR=str(spool_dir), SPANLOG_RETRY_SECONDS="0")
    assert ran.returncode == 0, ran.stderr
    accounts = accounts_of(ran.stdout)
    assert (accounts["accepted"], accounts["sent"], accounts["dropped"]) == (8, 3, {"spool_unwritable": 5})
    (report,) = sink.loss_reports
    assert report.attributes["spanlog.dropped.spool_unwritable"] == 5


def test_a_handler_on_root_makes_a_later_basicconfig_a_no_op_and_force_replaces_it(run_program, sink):
    source = """
import logging, spanlog
spanlog.configure("crypto", tracing=False)
logging.basicConfig(level=logging.DEBUG)
assert len(logging.getLogger().handlers) == 1
logging.getLogger("bot").info("first")
logging.basicConfig(level=logging.DEBUG, force=True)
logging.getLogger("bot").info("second")
handler = spanlog.configure("crypto", tracing=False)
logging.getLogger("bot").info("third")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert ran.returncode == 0, ran.stderr
    assert [record.body for record in sink.records] == ["first", "third"]


def test_the_same_handler_added_twice_takes_a_record_once(logger, attach, sink):
    handler = attach(endpoint=sink.url)
    logger.addHandler(handler)
    logger.info("once")
    assert handler.flush(30)
    assert [record.body for record in sink.records] == ["once"]
