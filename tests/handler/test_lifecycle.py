"""Fork and exit, in programs of their own."""

from __future__ import annotations

import multiprocessing
import os
import uuid

import pytest

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

BEGINNING = """
import atexit, logging, sys, threading, time
import spanlog
handler = spanlog.SpanlogHandler("script")
log = logging.getLogger("script")
log.setLevel(logging.INFO)
log.addHandler(handler)
"""


def bodies(sink):
    return [record.body for record in sink.records]


@pytest.mark.parametrize(
    "end",
    ["", "sys.exit(0)", "raise SystemExit", "logging.shutdown()", "handler.close()", "handler.flush()"],
)
def test_a_short_script_loses_nothing(run_program, sink, end):
    ran = run_program(f"{BEGINNING}\nlog.info('hello')\n{end}\n", SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bodies(sink) == ["hello"]


def test_a_script_that_fails_loses_nothing(run_program, sink):
    ran = run_program(f"{BEGINNING}\nlog.info('hello')\n1 / 0\n", SPANLOG_ENDPOINT=sink.url)
    assert ran.returncode == 1
    assert "ZeroDivisionError" in ran.stderr
    assert bodies(sink) == ["hello"]


def test_thousands_of_records_just_before_the_end_all_arrive(run_program, sink):
    source = f"{BEGINNING}\nfor number in range(15_000):\n    log.info('%d', number)\n"
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bodies(sink) == [str(number) for number in range(15_000)]


def test_a_handler_nobody_holds_sends_its_last_records(run_program, sink):
    ran = run_program(
        "import logging, spanlog\n"
        "logging.getLogger().addHandler(spanlog.SpanlogHandler('script'))\n"
        "logging.getLogger('bot').error('order %s failed', 'ETH')\n",
        SPANLOG_ENDPOINT=sink.url,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bodies(sink) == ["order ETH failed"]


def test_threads_that_log_until_the_end_do_not_hang_it(run_program, sink):
    source = f"""{BEGINNING}
def work():
    while True:
        log.info("busy")
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.2)
"""
    # What they log after the handler is closed, and what a full queue drops, is theirs to lose.
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_SHUTDOWN_SECONDS="0.5")
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr
    assert bodies(sink)


def test_a_black_hole_does_not_keep_a_program_alive(run_program, black_hole_url):
    ran = run_program(
        f"{BEGINNING}\nlog.info('hello')\n",
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_SHUTDOWN_SECONDS="0.3",
        SPANLOG_TIMEOUT_SECONDS="3600",
    )
    assert ran.returncode == 0
    assert ran.stderr.startswith(f"spanlog: 1 record could not be sent to {black_hole_url}")
    assert ran.stderr.count("\n") == 1


def test_nobody_there_does_not_keep_a_program_alive(run_program, refused_url):
    ran = run_program(
        f"{BEGINNING}\nlog.info('hello')\n", SPANLOG_ENDPOINT=refused_url, SPANLOG_SHUTDOWN_SECONDS="3600"
    )
    assert ran.returncode == 0
    assert ran.stderr == (
        f"spanlog: 1 record could not be sent to {refused_url} (connection refused); "
        'start one with "spanlog up" or set SPANLOG_ENDPOINT\n'
    )


def test_what_exit_functions_log_arrives_whenever_they_were_registered(run_program, sink):
    source = """
import atexit, logging
log = logging.getLogger("script")
atexit.register(lambda: log.warning("registered before spanlog was imported"))
import spanlog
atexit.register(lambda: log.warning("registered before the handler was made"))
handler = spanlog.SpanlogHandler("script")
log.addHandler(handler)
atexit.register(lambda: log.warning("registered last"))
log.warning("hello")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bodies(sink) == [
        "hello",
        "registered last",
        "registered before the handler was made",
        "registered before spanlog was imported",
    ]


def test_exit_functions_that_log_at_a_black_hole_do_not_hang(run_program, black_hole_url):
    source = f"""
import atexit, logging
log = logging.getLogger("script")
atexit.register(lambda: log.warning("late"))
{BEGINNING}
log.warning("hello")
"""
    ran = run_program(
        source,
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_SHUTDOWN_SECONDS="0.3",
        SPANLOG_TIMEOUT_SECONDS="3600",
    )
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


def test_where_no_thread_can_be_started_the_end_sends_everything(run_program, sink):
    # As Python 3.12 and later do at the end of the interpreter; a limit on threads does the same.
    source = f"""{BEGINNING}
def refuse(self):
    raise RuntimeError("can't start new thread at interpreter shutdown")
threading.Thread.start = refuse
atexit.register(lambda: log.info("from an exit function"))
log.info("hello")
assert handler.stats()["queued"] == 1
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bodies(sink) == ["hello", "from an exit function"]


@needs_fork
def test_a_forked_child_starts_with_nothing_and_sends_its_own(run_program, sink):
    source = f"""{BEGINNING}
import os
log.info("parent before")
pid = os.fork()
if pid == 0:
    assert handler.stats()["accepted"] == 0
    log.info("child")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 1
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
log.info("parent after")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_FLUSH_INTERVAL_SECONDS="30")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(bodies(sink)) == ["child", "parent after", "parent before"]
    by_body = {record.body: record for record in sink.records}
    parent, child = by_body["parent after"].resource, by_body["child"].resource
    assert parent["process.pid"] != child["process.pid"]
    assert parent["service.instance.id"] != child["service.instance.id"]
    assert parent == by_body["parent before"].resource


@needs_fork
def test_a_fork_while_threads_log_hangs_nobody(run_program, sink):
    source = f"""{BEGINNING}
import os
done = False
def work():
    while not done:
        log.info("parent")
        handler.stats()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
sys.setswitchinterval(1e-5)
for _ in range(20):
    pid = os.fork()
    if pid == 0:
        log.info("child")
        os._exit(0 if handler.flush(30) else 1)
    assert os.waitpid(pid, 0)[1] == 0
done = True
for thread in threads:
    thread.join()
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_MAX_QUEUE_RECORDS="1000")
    assert ran.returncode == 0, ran.stderr
    assert bodies(sink).count("child") == 20


@needs_fork
def test_ids_do_not_repeat_after_a_fork(run_program, sink):
    source = f"""{BEGINNING}
import os
children = []
for _ in range(5):
    pid = os.fork()
    if pid == 0:
        for _ in range(50):
            log.info("child")
        os._exit(0 if handler.flush(30) else 1)
    children.append(pid)
for _ in range(50):
    log.info("parent")
assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 5
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    ids = [record.attributes["log.record.uid"] for record in sink.records]
    assert len(ids) == len(set(ids)) == 300


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_children_of_multiprocessing_lose_and_double_nothing(run_program, sink, method):
    # The child logs and returns: no flush, no atexit functions.
    source = f"""
import logging, multiprocessing
import spanlog
handler = spanlog.SpanlogHandler("script", flush_interval_seconds=30)
log = logging.getLogger("script")
log.setLevel(logging.INFO)
log.addHandler(handler)

def work(number):
    log.info("child %d", number)

if __name__ == "__main__":
    log.info("parent before")
    context = multiprocessing.get_context({method!r})
    children = [context.Process(target=work, args=(number,)) for number in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    log.info("parent after")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(bodies(sink)) == ["child 0", "child 1", "child 2", "parent after", "parent before"]


def test_a_process_pool_loses_nothing(run_program, sink):
    source = """
import logging
from concurrent.futures import ProcessPoolExecutor
import spanlog
log = logging.getLogger("script")
log.setLevel(logging.INFO)
log.addHandler(spanlog.SpanlogHandler("script", flush_interval_seconds=30))

def work(number):
    log.info("task %d", number)

if __name__ == "__main__":
    log.info("parent")
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(work, range(10)))
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(bodies(sink)) == ["parent", *[f"task {number}" for number in range(10)]]


def test_ids_are_uuids_of_version_seven_in_a_program_too(run_program, sink):
    ran = run_program(f"{BEGINNING}\nlog.info('hello')\n", SPANLOG_ENDPOINT=sink.url)
    assert ran.returncode == 0
    assert uuid.UUID(sink.records[0].attributes["log.record.uid"]).version == 7
    assert sink.records[0].resource["process.pid"] != os.getpid()
