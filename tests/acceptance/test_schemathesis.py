"""The API is what its OpenAPI document says, as Schemathesis sees it; the long run is the script's own."""

import subprocess
import sys

MOST_SECONDS = 15
"""Then it leaves out the routes that are left: a busy machine shall not wait."""


def test_no_answer_is_a_fault_or_undocumented(repository):
    done = subprocess.run(
        [
            *(sys.executable, "tests/benchmarks/schemathesis_run.py", "--phases", "examples,coverage"),
            *("--examples", "2", "--max-time", str(MOST_SECONDS)),
        ],
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout
