"""Forks: what is the parent's is sent by the parent, what is the child's by the child, and nobody hangs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from fault_oracle import BEGINNING, accounts_of, bodies_on_disk

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def test_a_fork_in_the_middle_of_logging_threads_leaves_every_child_working(run_program, sink, oracle):
    source = f"""{BEGINNING}
sys.setswitchinterval(1e-5)
done = threading.Event()
def work():
    while not done.is_set():
        log_marked()
        time.sleep(0.0005)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(25):
    pid = os.fork()
    if pid == 0:
        atexit.unregister(tell_accounts)
        log_marked(3)
        assert handler.flush(30)
        stats = handler.stats()
        os._exit(0 if (stats["accepted"], stats["sent"]) == (3, 3) else 1)
    assert os.waitpid(pid, 0)[1] == 0
done.set()
for thread in threads:
    thread.join()
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_FLUSH_INTERVAL_SECONDS="0.001")
    assert ran.returncode == 0, ran.stderr
    parent = accounts_of(ran.stdout)
    child = {"accepted": 75, "sent": 75, "queued": 0, "spooled": 0, "dropped": {}}
    oracle.check(parent, {**child, "recovered": {"sent": 0, "dropped": {}}})


def test_a_fork_during_an_outage_spools_each_one_s_own(run_program, sink, spool_dir, oracle):
    source = f"""{BEGINNING}
log_marked(5)
assert handler.flush(30)
assert handler.stats()["spooled"] == 5
pid = os.fork()
if pid == 0:
    assert handler.stats()["spooled"] == 0
    log_marked(7)
    assert handler.flush(30)
    handler.close()
    os._exit(0 if handler.stats()["spooled"] == 7 else 1)
assert os.waitpid(pid, 0)[1] == 0
log_marked(2)
"""
    sink.default.status = 503
    settings = {"SPANLOG_RETRY_SECONDS": "0", "SPANLOG_SHUTDOWN_SECONDS": "0.2"}
    settings |= {"SPANLOG_ENDPOINT": sink.url, "SPANLOG_SPOOL_DIR": str(spool_dir)}
    ran = run_program(source, **settings)
    assert ran.returncode == 0, ran.stderr
    parent = accounts_of(ran.stdout)
    assert parent["spooled"] == 7
    child = {"accepted": 7, "sent": 0, "queued": 0, "spooled": 7, "dropped": {}}
    child["recovered"] = {"sent": 0, "dropped": {}}
    oracle.check(parent, child)
    sink.default.status = 200
    last = run_program(f"{BEGINNING}\nlog_marked()", **{**settings, "SPANLOG_SHUTDOWN_SECONDS": "30"})
    oracle.check(parent, child, accounts_of(last.stdout))
    assert bodies_on_disk(spool_dir) == []


def test_a_child_does_not_send_what_its_living_parent_has_on_disk(run_program, sink, spool_dir, oracle):
    # The way is free for the child; the parent waits an hour before it tries again, and then ends.
    source = f"""{BEGINNING}
log_marked(5)
assert handler.flush(30)
assert handler.stats()["spooled"] == 5
pid = os.fork()
if pid == 0:
    log_marked(7)
    handler.close()
    stats = handler.stats()
    os._exit(0 if (stats["sent"], stats["spooled"], stats["recovered"]["sent"]) == (7, 0, 0) else 1)
assert os.waitpid(pid, 0)[1] == 0
assert handler.stats()["spooled"] == 5
"""
    sink.answers.append(type(sink.default)(503))
    ran = run_program(
        source,
        SPANLOG_ENDPOINT=sink.url,
        SPANLOG_SPOOL_DIR=str(spool_dir),
        SPANLOG_RETRY_SECONDS="0",
        SPANLOG_RETRY_INITIAL_SECONDS="3600",
        SPANLOG_RETRY_MAX_SECONDS="3600",
        SPANLOG_SHUTDOWN_SECONDS="30",
    )
    assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0), ran.stderr
    assert accounts_of(ran.stdout)["sent"] == 5
    assert len(oracle.stored()) == 12
    assert bodies_on_disk(spool_dir) == []


def test_a_fork_in_a_thread_that_logs_hangs_nobody(run_program, sink, oracle):
    source = f"""{BEGINNING}
def work():
    for _ in range(5):
        log_marked()
        pid = os.fork()
        if pid == 0:
            log_marked()
            os._exit(0 if handler.flush(30) and handler.stats()["sent"] == 1 else 1)
        assert os.waitpid(pid, 0)[1] == 0
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    parent = accounts_of(ran.stdout)
    child = {"accepted": 15, "sent": 15, "queued": 0, "spooled": 0, "dropped": {}}
    oracle.check(parent, {**child, "recovered": {"sent": 0, "dropped": {}}})


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_children_of_multiprocessing_account_for_their_own(run_program, sink, oracle, method):
    body = BEGINNING.replace("atexit.register(tell_accounts)\n", "")
    source = f"""{body}
import multiprocessing

def work(number):
    log_marked(10)

if __name__ == "__main__":
    atexit.register(tell_accounts)
    log_marked(5)
    context = multiprocessing.get_context({method!r})
    children = [context.Process(target=work, args=(number,)) for number in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    log_marked(5)
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_FLUSH_INTERVAL_SECONDS="30")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(oracle.stored()) == len(set(oracle.stored())) == 40


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_process_pool_accounts_for_its_own(run_program, sink, oracle, method):
    body = BEGINNING.replace("atexit.register(tell_accounts)\n", "")
    source = f"""{body}
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

def work(number):
    log_marked(3)

if __name__ == "__main__":
    log_marked(1)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context({method!r})) as pool:
        list(pool.map(work, range(10)))
    log_marked(1)
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, SPANLOG_FLUSH_INTERVAL_SECONDS="30")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(oracle.stored()) == len(set(oracle.stored())) == 32


def test_children_of_multiprocessing_leave_on_disk_what_they_cannot_send(run_program, sink, spool_dir, oracle):
    body = BEGINNING.replace("atexit.register(tell_accounts)\n", "")
    source = f"""{body}
import multiprocessing

def work():
    log_marked(10)

if __name__ == "__main__":
    children = [multiprocessing.Process(target=work) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
"""
    sink.default.status = 503
    ran = run_program(
        source, SPANLOG_ENDPOINT=sink.url, SPANLOG_SPOOL_DIR=str(spool_dir), SPANLOG_SHUTDOWN_SECONDS="0.2"
    )
    assert ran.returncode == 0, ran.stderr
    assert len(oracle.on_disk()) == 30


def test_gunicorn_with_preload_sends_everything_once(tmp_path, sink, oracle):
    pytest.importorskip("gunicorn")
    body = BEGINNING.replace("atexit.register(tell_accounts)\n", "")
    (tmp_path / "served.py").write_text(
        f"""{body}
log_marked(4)  # while the application is loaded, in the parent

def application(environ, start_response):
    log_marked(1)
    start_response("200 OK", [("content-length", "2")])
    return [b"ok"]
"""
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, "SPANLOG_ENDPOINT": sink.url, "SPANLOG_FLUSH_INTERVAL_SECONDS": "0.05"}
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "3", "--bind", f"127.0.0.1:{port}"]
    # Its control socket is in a place of its own; tests leave no file there.
    server = subprocess.Popen(
        [*command, "--no-control-socket", "served:application"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        answered = 0
        while answered < 30:
            assert time.monotonic() < deadline
            assert server.poll() is None, server.stderr.read()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    assert answer.read() == b"ok"
                answered += 1
            except OSError:
                time.sleep(0.05)
    finally:
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=90)
    assert server.returncode == 0, told
    stored = oracle.stored()
    assert len(stored) == len(set(stored)) == 34, told
    workers = {record.resource["process.pid"] for record in sink.records}
    assert len(workers) > 1


def test_the_background_thread_imports_nothing_in_an_outage_either(run_program, sink, spool_dir):
    # An import that is under way in a thread while the program forks is never finished in the child.
    source = f"""{BEGINNING}
before = set(sys.modules)
log_marked(3)
assert handler.flush(30)
assert handler.stats()["spooled"] == 3
log_marked(3)
deadline = time.monotonic() + 30
while handler.stats()["sent"] < 6 and time.monotonic() < deadline:
    time.sleep(0.01)
assert handler.stats()["sent"] == 6
assert set(sys.modules) <= before, set(sys.modules) - before
"""
    sink.answers.extend([type(sink.default)(503, {"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"})] * 2)
    ran = run_program(
        source,
        SPANLOG_ENDPOINT=sink.url,
        SPANLOG_SPOOL_DIR=str(spool_dir),
        SPANLOG_RETRY_SECONDS="0",
        SPANLOG_RETRY_INITIAL_SECONDS="0.2",
    )
    assert ran.returncode == 0, ran.stderr


def test_a_child_after_grpc_was_initialised_does_not_hang(run_program, sink, oracle):
    pytest.importorskip("grpc")
    source = f"""{BEGINNING}
import grpc
channel = grpc.insecure_channel("127.0.0.1:1")
try:
    grpc.channel_ready_future(channel).result(timeout=0.2)
except grpc.FutureTimeoutError:
    pass
log_marked(1)
assert handler.flush(30)
pid = os.fork()
if pid == 0:
    log_marked(2)
    os._exit(0 if handler.flush(30) and handler.stats()["sent"] == 2 else 1)
assert os.waitpid(pid, 0)[1] == 0
channel.close()
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert ran.returncode == 0, ran.stderr
    assert len(oracle.stored()) == 3
