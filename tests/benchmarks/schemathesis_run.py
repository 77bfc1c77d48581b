"""Schemathesis against the OpenAPI document of a running stack: no 500, no answer that is not documented.

    python tests/benchmarks/schemathesis_run.py --examples 200
    python tests/benchmarks/schemathesis_run.py --examples 200 --seed 7   # other data; options of st run may follow

Everything that it checks is checked but two things (UNCHECKED). The live tail has no end, and is left to
tests/query_api/test_tail.py. Ends with 1 where something was found.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from running_stack import RunningStack, running_stack

EXAMPLES = 100
PHASES = "examples,coverage,fuzzing,stateful"
UNCHECKED = "positive_data_acceptance,ensure_resource_availability"
"""That what fits the document is accepted: a schema cannot say that ``since`` lies before ``until``, what the query
language is, or which cursors there are. That what was made is there at once: a record can be read a second later."""

KEY = "schemathesis-holds-this-key"
# Longer than any bound of a query.
REQUEST_TIMEOUT_SECONDS = 60
SEEDED = (
    {"level": "error", "message": "order 17 failed", "metadata": {"order": 17}, "session_key": "run-42"},
    {"level": "critical", "message": "no quote", "trace_id": "7f8e1b2c3d4a4b5c8d6e9f0a1b2c3d4e"},
    {"level": "info", "message": "job 1 done", "category": "jobs", "session_key": "run-42"},
)


def run(stack: RunningStack, phases: str, examples: int, seed: int | None, more: list[str], folder: str) -> int:
    """Run it, its output going where ours goes, and return what it ends with. Without a seed: always the same data."""
    for entry in SEEDED:
        answer = stack.request("POST", "/logs", {"agent_id": "crypto", **entry})
        assert answer.status == 201, answer.data
    command = [
        str(Path(sys.executable).with_name("st")), "run", f"{stack.api}/openapi.json",
        "--header", f"Authorization: Bearer {KEY}",
        "--exclude-path", "/logs/tail",
        "--exclude-checks", UNCHECKED,
        "--phases", phases,
        "--max-examples", str(examples),
        *(["--generation-deterministic"] if seed is None else ["--seed", str(seed)]),
        "--request-timeout", str(REQUEST_TIMEOUT_SECONDS),
        "--suppress-health-check", "all",
        "--warnings", "off",
        "--continue-on-failure",
        "--no-color",
        *more,
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, check=False).returncode


def main() -> None:
    """Run it against a new stack, and end as it ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="how many requests to generate for each route")
    parser.add_argument("--seed", type=int, help="other data for another; without it always the same")
    parser.add_argument("--phases", default=PHASES)
    options, more = parser.parse_known_args()
    with running_stack(SPANLOG_API_KEY=KEY) as stack, tempfile.TemporaryDirectory() as folder:
        code = run(stack, options.phases, options.examples, options.seed, more, folder)
    sys.exit(code)


if __name__ == "__main__":
    main()
