"""What the process gives back of the memory that it has freed."""

import subprocess
import sys

import pytest

HOLES = """
import gc
from pathlib import Path
from spanlog_collector.process_memory import FreedMemory, keep_freed_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

keep_freed_memory()
freed = FreedMemory()
assert not freed.give_back(), "there is nothing much to give back yet"
pieces = [bytes(200_000) for _ in range(400)]
kept = pieces[::40]
del pieces
before = resident()
assert freed.give_back()
print(before - resident())
assert not freed.give_back(), "nothing has changed since"
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is given back is the C library's to say")
def test_holes_that_large_requests_leave_are_given_back():
    done = subprocess.run([sys.executable, "-c", HOLES], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    assert int(done.stdout) > 40_000_000
