"""The commands against a running stack."""

import json
import subprocess
import time
from pathlib import Path

import pytest
from stack_process import ANY, SPANLOG, clean_environment

FAILING_AGENT = """
import logging, spanlog
logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id="failing"))
log = logging.getLogger("bot")
with spanlog.operation("round") as operation:
    for number in range(4):
        try:
            [].pop()
        except IndexError:
            log.exception("round %d failed", number)
    log.critical("gave up")
"""


@pytest.fixture(scope="module")
def errors(stack) -> str:
    """The trace id of four failures."""
    stack.run_program(FAILING_AGENT)
    found = stack.wait_for("/logs", lambda answer: answer["total"] == 4, agent_id="failing", level="error")
    return found["items"][0]["trace_id"]


def test_summary_for_people_and_for_programs(stack, errors):
    printed = stack.spanlog("summary", "--agent-id", "failing")
    assert printed.returncode == 0, printed.stderr
    assert "failing" in printed.stdout
    assert "IndexError" in printed.stdout
    answer = json.loads(stack.spanlog("summary", "--agent-id", "failing", "--json").stdout)
    assert answer["by_agent"] == {"failing": 5}
    assert [item["count"] for item in answer["recurring"]] == [4]
    assert sorted(item["count"] for item in answer["new"]) == [1, 4]
    assert {item["type"] for item in answer["recurring"]} == {"IndexError"}


def test_trace_prints_the_tree(stack, errors):
    printed = stack.spanlog("trace", errors)
    assert printed.returncode == 0, printed.stderr
    assert "round" in printed.stdout
    assert "gave up" in printed.stdout
    assert printed.stdout.index("round 0 failed") < printed.stdout.index("round 3 failed")
    unknown = stack.spanlog("trace", "0" * 31 + "1")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_tail_prints_the_newest_and_follows(stack, errors):
    printed = stack.spanlog("tail", "--agent-id", "failing", "--level", "error", "--no-follow", "-n", "2")
    assert "round 3 failed" in printed.stdout
    assert "round 0 failed" not in printed.stdout
    following = subprocess.Popen(
        [*SPANLOG, "tail", "--agent-id", "followed"],
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(SPANLOG_URL=stack.api, PYTHONUNBUFFERED="1"),
    )
    try:
        time.sleep(1)
        assert stack.request("POST", "/logs", {"agent_id": "followed", "message": "just now"}).status == 201
        assert "just now" in following.stdout.readline()
    finally:
        following.kill()
        following.wait()
        following.stdout.close()


def test_doctor_finds_a_healthy_stack_healthy(stack):
    done = stack.spanlog(
        "doctor", "--send", SPANLOG_DATA_DIR=str(stack.data_directory), OTEL_EXPORTER_OTLP_ENDPOINT=stack.otlp_http
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_doctor_says_what_is_wrong_and_how_to_mend_it(tmp_path):
    done = subprocess.run(
        [*SPANLOG, "doctor"],
        capture_output=True,
        text=True,
        env=clean_environment(
            SPANLOG_URL="http://127.0.0.1:1",
            SPANLOG_ENDPOINT="http://127.0.0.1:1",
            SPANLOG_ENDPIONT="x",
            SPANLOG_DATA_DIR=str(tmp_path),
        ),
    )
    assert done.returncode == 1
    assert "SPANLOG_ENDPIONT" in done.stdout
    assert "SPANLOG_ENDPOINT" in done.stdout
    assert "spanlog up" in done.stdout


LINES = """2026-03-01 10:00:00 startup archives unpack
2026-03-01 10:00:01 status installed zlib1g:amd64 1:1.2.13
2026-03-02 11:22:33,456 - bot - ERROR - order 42 failed
Traceback (most recent call last):
  File "bot.py", line 1, in <module>
KeyError: 'x'
"""


def test_send_ships_a_file_with_its_times_and_levels(stack, tmp_path):
    (tmp_path / "app.log").write_text(LINES)
    sent = stack.spanlog("send", "--agent-id", "from-file", "--timezone", "UTC", str(tmp_path / "app.log"))
    assert sent.returncode == 0, sent.stderr
    found = stack.wait_for("/logs", lambda answer: len(answer["items"]) == 3, agent_id="from-file")["items"]
    assert [entry["created_at"][:19] for entry in found] == [
        "2026-03-02T11:22:33", "2026-03-01T10:00:01", "2026-03-01T10:00:00",
    ]  # fmt: skip
    assert [entry["level"] for entry in found] == ["error", "info", "info"]
    assert found[0]["message"].startswith("2026-03-02 11:22:33,456 - bot - ERROR - order 42 failed")
    assert found[0]["metadata"]["exception.type"] == "KeyError"


def test_send_takes_standard_input(stack):
    sent = stack.spanlog("send", "--agent-id", "from-stdin", text="ERROR:bot:one\nplain\n")
    assert sent.returncode == 0, sent.stderr
    found = stack.wait_for("/logs", lambda answer: answer["total"] == 2, agent_id="from-stdin")
    assert {entry["level"] for entry in found["items"]} == {"error", "info"}


@pytest.mark.skipif(not Path("/var/log/dpkg.log").exists(), reason="this machine has no dpkg.log")
def test_send_ships_the_package_managers_log(stack):
    path = Path("/var/log/dpkg.log")
    lines = path.read_text(errors="replace").splitlines()
    sent = stack.spanlog("send", "--agent-id", "dpkg", str(path))
    assert sent.returncode == 0, sent.stderr
    expected = sum(1 for line in lines if line.strip())
    newest = next(line for line in reversed(lines) if line.strip())
    # A file of many days is visible day by day: what is listed and what is counted are two questions.
    stack.wait_for(
        "/logs",
        lambda answer: answer["total"] == expected and answer["items"][0]["message"] == newest,
        agent_id="dpkg",
        limit=1,
    )


@pytest.mark.timeout(200)
def test_demo_prints_what_it_promises():
    done = subprocess.run(
        [*SPANLOG, "demo", "--once", "--api", ANY, "--otlp-http", ANY, "--otlp-grpc", ANY],
        capture_output=True,
        text=True,
        timeout=150,
        env=clean_environment(COLUMNS="100"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for promised in ("price-watcher", "planner", "worker", "New errors", "Recurring errors", "The slowest trace"):
        assert promised in done.stdout
    for real_error in ("ConnectionRefusedError", "KeyError", "TimeoutError"):
        assert real_error in done.stdout


def test_light_and_full_help(stack):
    listed = subprocess.run([*SPANLOG, "--help"], capture_output=True, text=True, check=True)
    for command in ("up", "demo", "send", "summary", "tail", "trace", "doctor", "migrate"):
        assert f"  {command} " in listed.stdout
        own = subprocess.run([*SPANLOG, command, "--help"], capture_output=True, text=True, check=True)
        assert own.stdout.startswith("Usage: spanlog " + command)
