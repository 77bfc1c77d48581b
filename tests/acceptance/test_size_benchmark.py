"""The benchmark of questions by size runs, on few records."""

import subprocess
import sys


def test_it_prints_a_row_for_each_question_and_what_is_stored(repository):
    done = subprocess.run(
        [sys.executable, "tests/benchmarks/size.py", "--records", "3000", "--asked", "1"],
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    for name in ("summary of a day", "errors list", "one group", "agents", "token search", "one trace", "otel_logs"):
        assert name in done.stdout
