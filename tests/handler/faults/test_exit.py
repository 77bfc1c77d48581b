"""The end of a program: what it logged is at the collector or on disk, and it ends."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from fault_oracle import BEGINNING, accounts_of, bodies_on_disk


@pytest.fixture
def run(run_program, sink, spool_dir):
    """Runs a program that logs to the sink and may spool."""

    def run(source, **environment):
        settings = {"SPANLOG_ENDPOINT": sink.url, "SPANLOG_SPOOL_DIR": str(spool_dir)}
        return run_program(BEGINNING + source, **{**settings, **environment})

    return run


ENDS = {
    "returns": "",
    "sys.exit": "sys.exit(3)",
    "raises": "raise ValueError('the end')",
    "exits in a thread that was joined": "t = threading.Thread(target=sys.exit); t.start(); t.join()",
    "logging.shutdown": "logging.shutdown()",
    "closes": "handler.close()",
    "closes and logs again": "handler.close(); log_marked(2)",
    "SIGINT": "os.kill(os.getpid(), signal.SIGINT); time.sleep(30)",
    "SIGTERM with a handler": (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)"
    ),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_with_the_collector_up_nothing_is_lost_however_it_ends(run, oracle, end):
    ran = run(f"log_marked(500)\n{end}\n")
    accounts = accounts_of(ran.stdout)
    assert accounts["sent"] == accounts["accepted"] >= 500
    oracle.check(accounts)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_at_a_black_hole_everything_is_on_disk_however_it_ends(run, spool_dir, sink, oracle, black_hole_url, end):
    ran = run(
        f"log_marked(500)\n{end}\n",
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_TIMEOUT_SECONDS="3600",
        SPANLOG_SHUTDOWN_SECONDS="0.4",
    )
    accounts = accounts_of(ran.stdout)
    assert (accounts["sent"], accounts["queued"], accounts["dropped"]) == (0, 0, {})
    assert accounts["spooled"] >= 500
    assert len(oracle.on_disk()) == accounts["spooled"]


def test_a_black_hole_keeps_a_program_that_logged_much_from_nothing_on_disk(run, oracle, black_hole_url):
    # The queue is full, and there are many batches to write.
    ran = run(
        "log_marked(20_000)\n",
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_TIMEOUT_SECONDS="3600",
        SPANLOG_SHUTDOWN_SECONDS="1",
        SPANLOG_MAX_QUEUE_RECORDS="30000",
    )
    accounts = accounts_of(ran.stdout)
    assert accounts["spooled"] == 20_000
    assert len(oracle.on_disk()) == 20_000


def test_nobody_there_is_told_with_the_place_where_the_records_are(run, refused_url, spool_dir):
    ran = run("log_marked(2)\n", SPANLOG_ENDPOINT=refused_url)
    assert accounts_of(ran.stdout)["spooled"] == 2
    assert ran.stderr == (
        f"spanlog: 2 records could not be sent to {refused_url} (connection refused); "
        f"kept in {spool_dir} until a program can\n"
    )


def test_the_first_record_just_before_the_end_is_sent(run, oracle):
    ran = run("atexit.register(log_marked, 1)\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert accounts_of(ran.stdout)["sent"] == 1


def test_exit_functions_that_log_after_the_close_are_heard(run_program, sink, oracle):
    # Registered before spanlog was imported, so they run after it has closed everything.
    source = f"""
import atexit
def late():
    log_marked(3)
    handler.flush()
{BEGINNING.replace("atexit.register(tell_accounts)", "atexit.register(tell_accounts); atexit.register(late)")}
log_marked(2)
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    accounts = accounts_of(ran.stdout)
    assert accounts["accepted"] == accounts["sent"] == 5
    oracle.check(accounts)


def test_threads_that_log_until_the_end_cost_only_what_comes_after_it(run, oracle):
    ran = run("""
def work():
    while True:
        log_marked()
        time.sleep(0.0005)
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.3)
""")
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr
    assert len(oracle.stored()) + len(oracle.on_disk()) > 0
    assert len(oracle.stored()) == len(set(oracle.stored()))


def test_a_thread_that_is_no_daemon_is_waited_for_and_heard(run, oracle):
    ran = run("""
def work():
    time.sleep(0.2)
    log_marked(5)
threading.Thread(target=work).start()
log_marked(1)
""")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert accounts_of(ran.stdout)["sent"] == 6
    oracle.check(accounts_of(ran.stdout))


def test_a_process_that_leaves_at_once_keeps_what_it_flushed(run, oracle):
    # os._exit runs nothing; a flush before it is the program's business.
    ran = run("log_marked(10)\nassert handler.flush(30)\ntell_accounts()\nlog_marked(10)\nos._exit(0)\n")
    assert ran.returncode == 0
    assert accounts_of(ran.stdout)["sent"] == 10
    assert len(oracle.stored()) >= 10


def test_sigterm_without_a_handler_of_the_program_keeps_what_was_sent(run, oracle):
    # Python then ends without running anything; spanlog steals no signal to change that.
    ran = run(
        "log_marked(10)\nassert handler.flush(30)\ntell_accounts()\n"
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL\n"
        "os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(30)"
    )
    assert ran.returncode == -signal.SIGTERM
    assert accounts_of(ran.stdout)["sent"] == 10
    assert len(oracle.stored()) == 10


def test_a_kill_loses_what_was_in_memory_and_nothing_on_disk(run, sink, oracle, spool_dir):
    sink.default.status = 503
    ran = run(
        "log_marked(10)\nassert handler.flush(30)\ntell_accounts()\nos.kill(os.getpid(), signal.SIGKILL)",
        SPANLOG_RETRY_SECONDS="0",
    )
    assert ran.returncode == -signal.SIGKILL
    assert len(oracle.on_disk()) == accounts_of(ran.stdout)["spooled"] == 10
    sink.default.status = 200
    after = run("log_marked(1)\n")
    oracle.check(accounts_of(ran.stdout), accounts_of(after.stdout))
    assert bodies_on_disk(spool_dir) == []


def test_signal_handlers_may_log_whenever_they_come(run, oracle):
    # A timer interrupts the program and spanlog in it thousands of times, at any line.
    ran = run(
        """
signal.signal(signal.SIGALRM, lambda *_: log_marked())
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
for number in range(300):
    log_marked(3)
    handler.stats()
    if number % 50 == 0:
        handler.flush(10)
signal.setitimer(signal.ITIMER_REAL, 0)
""",
        SPANLOG_FLUSH_INTERVAL_SECONDS="0.001",
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    accounts = accounts_of(ran.stdout)
    assert accounts["accepted"] > 900
    oracle.check(accounts)


def test_a_handler_that_was_forgotten_sends_or_spools_what_it_has(run_program, sink, refused_url, spool_dir):
    source = """
import logging, gc, sys, threading, time
import spanlog
def work():
    log = logging.Logger("own")
    log.addHandler(spanlog.SpanlogHandler("oracle"))
    log.warning("marked")
work()
gc.collect()
for thread in threading.enumerate():
    if thread.name == "spanlog":
        thread.join(30)
"""
    ran = run_program(source, SPANLOG_ENDPOINT=refused_url, SPANLOG_SPOOL_DIR=str(spool_dir))
    assert ran.returncode == 0, ran.stderr
    assert len(bodies_on_disk(spool_dir)) == 1


def test_a_program_with_nothing_to_log_leaves_nothing_behind(run_program, spool_dir):
    source = "import logging, spanlog\nlogging.getLogger().addHandler(spanlog.SpanlogHandler('x'))\n"
    ran = run_program(source, SPANLOG_SPOOL_DIR=str(spool_dir))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert not spool_dir.exists()


def test_importing_starts_nothing_that_the_end_must_wait_for():
    ran = subprocess.run(
        [sys.executable, "-c", "import spanlog, threading; print(threading.active_count())"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (0, "1\n")
