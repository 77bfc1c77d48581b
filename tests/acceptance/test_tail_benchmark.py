"""The benchmark of what live tails cost runs, with few listeners."""

import subprocess
import sys


def test_it_prints_a_row_for_each_number_of_listeners_and_every_listener_gets_all(repository):
    done = subprocess.run(
        [sys.executable, "tests/benchmarks/tail_cost.py", "--listeners", "3", "--seconds", "1"],
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    rows = {line[:32].strip(): line[32:].split() for line in done.stdout.splitlines()}
    for name in ("1 listener", "3 listeners, one question", "3 listeners, 3 questions"):
        assert int(rows[name][2]) >= 490, done.stdout
    assert "nobody" in rows
