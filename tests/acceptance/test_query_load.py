"""The benchmark of questions under load runs, on few records and with few clients."""

import subprocess
import sys


def test_it_prints_a_row_for_each_kind_of_question(repository):
    done = subprocess.run(
        [
            *(sys.executable, "tests/benchmarks/query_load.py", "--records", "3000", "--clients", "4"),
            *("--seconds", "2", "--arriving", "100"),
        ],
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    for kind in ("search", "histogram", "summary", "trace", "all"):
        assert f"\n{kind} " in done.stdout
    assert "not answered: 0" in done.stdout
