"""A stack as a process, and what it has used so far."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from stack_process import RunningStack

__all__ = [
    "RunningStack",
    "cpu_seconds",
    "memory_mib",
    "running_stack",
    "wait_until_quiet",
    "wait_until_stored",
    "wait_until_visible",
]

LONGEST_WAIT_SECONDS = 300
QUIET_CPU_SECONDS = 0.04

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running_stack(*arguments: str, **environment: str) -> Iterator[RunningStack]:
    """A new, empty stack in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as folder:
        stack = RunningStack(Path(folder) / "data", *arguments, **environment)
        try:
            yield stack
        finally:
            stack.stop()


def cpu_seconds(stack: RunningStack, *others: int) -> float:
    """User and system time of the whole process, and of those of ``others``, process ids that take part."""
    used = 0.0
    for process in (stack.process.pid, *others):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / _TICKS
    return used


def memory_mib(stack: RunningStack) -> float:
    """Resident memory."""
    return int(Path(f"/proc/{stack.process.pid}/statm").read_text().split()[1]) * _PAGE_BYTES / 2**20


def wait_until_visible(stack: RunningStack, records: int) -> float:
    """Return when all ``records`` can be queried, and after how many seconds."""
    took = wait_until_stored(stack)
    visible = stack.get("/logs", limit=1)["total"]
    if visible != records:
        raise ValueError(f"{visible} records are visible, {records} were acknowledged")
    return took


def wait_until_stored(stack: RunningStack) -> float:
    """Return when everything acknowledged is in the store, which makes it visible, and after how many seconds.

    A segment's file is there until its rows are durable. Looking for it costs the stack nothing, as asking would.
    """
    began = time.monotonic()
    journal = stack.data_directory / "journal"
    while any(journal.glob("*.segment")):
        if time.monotonic() - began > LONGEST_WAIT_SECONDS:
            raise TimeoutError("the journal is not empty")
        time.sleep(0.005)
    return time.monotonic() - began


def wait_until_quiet(stack: RunningStack) -> None:
    """Return when the stack has used next to no CPU for a second: the engine has merged what it wanted to merge."""
    began = time.monotonic()
    used = cpu_seconds(stack)
    while time.monotonic() - began < LONGEST_WAIT_SECONDS:
        time.sleep(1)
        before, used = used, cpu_seconds(stack)
        if used - before < QUIET_CPU_SECONDS:
            return
