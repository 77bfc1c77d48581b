"""The whole stack on a disk that is really full: reading goes on, nothing is lost, and days can be deleted."""

import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from segments import log_request
from small_disk import SmallDisk, why_not
from stack_process import SPANLOG, RunningStack, clean_environment

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

HEADERS = {"Content-Type": "application/x-protobuf"}
OLD_ROWS = """
import sys
from spanlog_collector.storage import open_store
store = open_store(sys.argv[1])
store.execute(
    "INSERT INTO otel_logs (Timestamp, ServiceName, Body) "
    "SELECT now() - INTERVAL 40 DAY, 'old', toString(number) || randomPrintableASCII(200) FROM numbers(50000)"
)
store.close()
"""


class Stacks:
    """Stacks in ``data`` on the small disk, one at a time."""

    def __init__(self, disk: SmallDisk) -> None:
        self.disk = disk
        self.data = disk.mount_point / "data"
        self.running: RunningStack | None = None

    def start(self, **environment: str) -> RunningStack:
        self.running = RunningStack(self.data, inside=self.disk.inside, **environment)
        return self.running

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.disk.inside, *SPANLOG, *arguments, "--data-dir", str(self.data)],
            capture_output=True,
            text=True,
            env=clean_environment(),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_python(self, source: str, *arguments: str) -> None:
        subprocess.run([*self.disk.inside, SPANLOG[0], "-c", source, *arguments], check=True, env=clean_environment())


@pytest.fixture
def stacks(tmp_path: Path) -> Iterator[Stacks]:
    disk = SmallDisk(tmp_path / "disk", 192)
    made = Stacks(disk)
    yield made
    if made.running is not None and made.running.process.poll() is None:
        made.running.kill()
    disk.close()


def post(stack: RunningStack, *bodies: str) -> urllib3.BaseHTTPResponse:
    request = log_request("full", *bodies).SerializeToString()
    return stack._http.request("POST", stack.otlp_http + "/v1/logs", body=request, headers=HEADERS)


def bodies(stack: RunningStack) -> list[str]:
    return sorted(item["message"] for item in stack.get("/logs", agent_id="full", limit=1000)["items"])


def test_stack_on_one_full_disk_reads_refuses_starts_purges_and_takes_again(stacks):
    stack = stacks.start()
    for number in range(20):
        assert post(stack, f"before {number}").status == 200
    stack.wait_for("/logs", lambda found: found["total"] == 20, agent_id="full")
    stacks.disk.fill()
    answer = post(stack, "while")
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    written = stack.request("POST", "/logs", {"agent_id": "full", "message": "while"})
    assert (written.status, written.headers["retry-after"]) == (503, "5")
    assert len(bodies(stack)) == 20
    assert stack.get("/health")["status"] == "ok"
    ready = stack.request("GET", "/ready")
    assert ready.status == 503
    assert "cannot be written" in ready.json()["parts"]["journal"]["detail"]
    assert ready.json()["parts"]["store"]["ready"] is True
    stacks.disk.free()
    assert stack.request("GET", "/ready").status == 200
    assert post(stack, "after").status == 200
    stack.wait_for("/logs", lambda found: found["total"] == 21, agent_id="full")
    assert stack.stop() == 0

    # Full of what is stored, to the last byte: it starts, is read, and days go.
    stacks.run_python(OLD_ROWS, f"chdb://{stacks.data}/store")
    stacks.disk.fill()
    stack = stacks.start()
    assert len(bodies(stack)) == 21
    assert post(stack, "while").status == 503
    assert stack.stop() == 0
    stacks.disk.fill()
    assert "--yes deletes them" in stacks.command("purge", "--before", "2100-01-01")
    month = (datetime.now(tz=UTC) - timedelta(days=30)).date().isoformat()
    # The records, and what was counted of them.
    assert re.search(r"otel_logs +50,000 rows", stacks.command("purge", "--before", month, "--yes"))
    assert stacks.disk.free_bytes > 5 * 1024 * 1024
    assert (stacks.disk.outside / "data" / "reserve").stat().st_size == 8 * 1024 * 1024
    stacks.disk.free()
    stack = stacks.start()
    assert post(stack, "at last").status == 200
    stack.wait_for("/logs", lambda found: found["total"] == 22, agent_id="full")
    assert stack.get("/logs", agent_id="old")["total"] == 0
    assert stack.stop() == 0


def test_store_on_a_full_disk_of_its_own_catches_up_when_there_is_room(stacks, tmp_path):
    data = tmp_path / "data"
    dsn = f"chdb://{stacks.disk.mount_point}/store"
    stacks.data = data
    stack = stacks.start(SPANLOG_DSN=dsn)
    assert post(stack, "before").status == 200
    stack.wait_for("/logs", lambda found: found["total"] == 1, agent_id="full")
    stacks.disk.fill()
    for number in range(50):
        assert post(stack, f"while {number}").status == 200
    ready = stack.request("GET", "/ready")
    while "NOT_ENOUGH_SPACE" not in ready.json()["parts"]["journal"]["detail"]:
        ready = stack.request("GET", "/ready")
    assert ready.status == 503
    assert bodies(stack) == ["before"]
    stacks.disk.free()
    stack.wait_for("/logs", lambda found: found["total"] == 51, agent_id="full")
    # Rows are visible a moment before their segment is gone.
    while stack.request("GET", "/ready").status != 200:
        time.sleep(0.05)
    assert bodies(stack) == sorted(["before", *(f"while {number}" for number in range(50))])
    assert stack.stop() == 0


def test_data_directory_on_a_read_only_disk_is_told_with_exit_code_2(stacks):
    stack = stacks.start()
    assert stack.stop() == 0
    stacks.disk.make_read_only(is_read_only=True)
    done = subprocess.run(
        [*stacks.disk.inside, *SPANLOG, "up", "--data-dir", str(stacks.data), "--api", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment(SPANLOG_OTLP_HTTP="127.0.0.1:0", SPANLOG_OTLP_GRPC="127.0.0.1:0"),
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot be written (Read-only file system); choose another with --data-dir" in done.stderr
