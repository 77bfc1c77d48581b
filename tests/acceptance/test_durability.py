"""What was acknowledged is stored exactly once, however the stack ends."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3
from durable_load import BODIES, HEADERS, Load
from segments import framed, log_request, put_segment, refused_by_the_engine
from stack_process import ANY, RunningStack, clean_environment

ANY_PORTS = ["--api", ANY, "--otlp-http", ANY, "--otlp-grpc", ANY]
KILLED_AT = str(Path(__file__).parents[1] / "support" / "killed_at.py")

# Each is a moment of the life of a request: when, operation, path, which of them (tests/support/killed_at.py).
STEPS_OF_A_REQUEST = {
    "before the journal's fsync": "before fsync /journal/logs-.*segment 3",
    "after the journal's fsync, before the answer": "after fsync /journal/logs-.*segment 3",
    "when a segment has a file and no durable name": "before fsync /journal$ 2",
    "before a segment is closed (rotation)": "before close /journal/logs-.*segment 1",
    "between insert and advance": "before fsync /journal/seen/.*digests 2",
    "between the digests' fsync and unlink": "after fsync /journal/seen/.*digests 1",
    "after unlink, before the folder's fsync": "after unlink /journal/logs-.*segment 2",
}


def assert_stored_once(load: Load, stack: RunningStack) -> None:
    accounts = load.stop()
    assert stack.stop() == 0
    verdict = load.verdict(stack.rows(BODIES), accounts)
    assert verdict["acknowledged"] > 500
    assert (verdict["lost"], verdict["twice"]) == ([], {})


@pytest.mark.timeout(300)
def test_kill_9_at_random_moments_loses_and_repeats_nothing(start_stack):
    stack = start_stack()
    # The handler keeps to one address: the first stack's.
    address = stack.otlp_http.removeprefix("http://")
    load = Load(records_per_second=2500)
    load.start(stack, handler_records_per_second=200)
    for _ in range(3):
        time.sleep(random.uniform(0.3, 1.2))
        stack.kill()
        stack = start_stack("--otlp-http", address)
    time.sleep(0.3)
    assert_stored_once(load, stack)


@pytest.mark.timeout(300)
def test_kill_9_at_each_step_of_a_request_loses_and_repeats_nothing(start_stack, struck_stack):
    stack = start_stack()
    load = Load(records_per_second=1500)
    load.start(stack)
    time.sleep(0.3)
    stack.kill()
    for name, step in STEPS_OF_A_REQUEST.items():
        stack = struck_stack(step)
        load.url = stack.otlp_http or load.url
        assert stack.process.wait(30) == -signal.SIGKILL, name
        stack.kill()
    stack = start_stack()
    load.url = stack.otlp_http
    time.sleep(0.3)
    assert_stored_once(load, stack)


# Steps of a start on a journal with a damaged message, and of a message that the engine refuses. Every file operation
# of recovery, split and quarantine is struck in tests/collector/test_journal_crash.py; here the engine takes part.
STEPS_OF_RECOVERY = {
    "after the mended segment is in place": "after rename /journal/logs-.*segment$ 1",
    "between the pieces of a split": "after rename /journal/logs-.*[.]0[.]segment$ 1",
    "between a piece's insert and advance": "before fsync /journal/seen/.*digests$ 1",
    "while the poison is set aside": "after rename /quarantine/.*[.][0-9]-[0-9a-f]*[.]reason$ 1",
}


@pytest.mark.timeout(300)
def test_kill_9_at_each_step_of_recovery_and_quarantine_loses_and_repeats_nothing(start_stack, tmp_path):
    data = tmp_path / "data"
    whole = []
    for number, (name, step) in enumerate(STEPS_OF_RECOVERY.items(), start=1):
        bodies = [f"{number}-{index}" for index in range(6)]
        whole += bodies
        good = [framed(log_request("durable", body).SerializeToString()) for body in bodies]
        damaged = bytearray(framed(log_request("durable", f"damaged {number}").SerializeToString()))
        damaged[-1] ^= 1
        poison = framed(refused_by_the_engine(f"poison {number}"))
        put_segment(data / "journal", number, *good[:2], damaged, *good[2:4], poison, *good[4:])
        ended = subprocess.run(
            [sys.executable, KILLED_AT, step, "up", "--data-dir", data, *ANY_PORTS],
            capture_output=True,
            text=True,
            timeout=60,
            env=clean_environment(),
        )
        assert ended.returncode == -signal.SIGKILL, (name, ended.stderr)
    stack = start_stack()
    stack.wait_for("/ready", lambda ready: ready["parts"]["journal"]["detail"].startswith("0 bytes"))
    detail = stack.get("/ready")["parts"]["journal"]["detail"]
    assert f"{2 * len(STEPS_OF_RECOVERY)} messages are in quarantine" in detail
    assert stack.stop() == 0
    assert {row["Body"]: row["n"] for row in stack.rows(BODIES)} == dict.fromkeys(whole, 1)
    set_aside = sorted(path.read_bytes() for path in (data / "quarantine").glob("*.message"))
    assert len(set(set_aside)) == 2 * len(STEPS_OF_RECOVERY), "each once"
    assert not [path for path in (data / "journal").iterdir() if path.name != "seen"]


@pytest.fixture
def struck_stack(start_stack: Callable[..., RunningStack]) -> Callable[[str], RunningStack]:
    """Start a stack that is killed at a step."""
    return lambda step: start_stack(launcher=[sys.executable, KILLED_AT, step], is_struck=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_at_once_stores_what_it_acknowledged(start_stack, number):
    stack = start_stack()
    http = urllib3.PoolManager(retries=False)
    for index in range(20):
        request = log_request("durable", f"b{index}").SerializeToString()
        assert http.request("POST", stack.otlp_http + "/v1/logs", body=request, headers=HEADERS).status == 200
    assert stack.stop(number) == 0
    http.clear()
    assert {row["Body"]: row["n"] for row in stack.rows(BODIES)} == {f"b{index}": 1 for index in range(20)}


def test_retry_after_a_restart_is_stored_once(start_stack):
    request = log_request("durable", "once").SerializeToString()
    for end in ("stop", "kill", "stop"):
        stack = start_stack()
        http = urllib3.PoolManager(retries=False)
        assert http.request("POST", stack.otlp_http + "/v1/logs", body=request, headers=HEADERS).status == 200
        http.clear()
        getattr(stack, end)()
    assert stack.rows(BODIES) == [{"Body": "once", "n": 1}]
