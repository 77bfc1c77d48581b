"""A stack as a process, and what it has used so far."""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from stack_process import RunningStack

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running_stack() -> Iterator[RunningStack]:
    """A new, empty stack in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as folder:
        stack = RunningStack(Path(folder) / "data")
        try:
            yield stack
        finally:
            stack.stop()


def cpu_seconds(stack: RunningStack) -> float:
    """User and system time of the whole process."""
    fields = Path(f"/proc/{stack.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mib(stack: RunningStack) -> float:
    """Resident memory."""
    return int(Path(f"/proc/{stack.process.pid}/statm").read_text().split()[1]) * _PAGE_BYTES / 2**20


def wait_until_visible(stack: RunningStack, records: int) -> None:
    """Return when all ``records`` can be queried. The journal is asked, which costs nothing; the store once."""
    deadline = time.monotonic() + 300
    while float(re.search(r"^spanlog_collector_journal_bytes (\S+)", _metrics(stack), re.MULTILINE)[1]):
        if time.monotonic() > deadline:
            raise TimeoutError("the journal is not empty")
        time.sleep(0.02)
    visible = stack.get("/logs", limit=1)["total"]
    if visible != records:
        raise ValueError(f"{visible} records are visible, {records} were acknowledged")


def _metrics(stack: RunningStack) -> str:
    return stack.request("GET", "/metrics").data.decode()
