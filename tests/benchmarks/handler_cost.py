"""What a record costs the program it is logged in, beside the standard library and the other handlers.

    python tests/benchmarks/handler_cost.py --records 100000 --rounds 5

Costs are CPU of the whole process, background threads included, above a logger that has a ``NullHandler`` only. Each
number comes from a process of its own; the ways take turns, several rounds in one run, and the median counts. What is
sent goes to a sink in another process on loopback.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from logging_ways import WAYS, is_installed

FLOOR, PEER = "NullHandler", "OpenTelemetry SDK"
QUEUED_RECORDS = 20_000
DISABLED_CALLS = 1_000_000
_HERE = Path(__file__).parent


@contextlib.contextmanager
def sink() -> Iterator[str]:
    """An endpoint that takes everything, in a process of its own."""
    process = subprocess.Popen([sys.executable, str(_HERE / "post_sink.py")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Bench:
    """Runs the program that is measured.

    Args:
        endpoint: where it sends to.
        spool_dir: where spanlog may leave what it cannot send.
        rounds: how often each number is measured.
    """

    def __init__(self, endpoint: str, spool_dir: str, rounds: int) -> None:
        self._endpoint = endpoint
        self._rounds = rounds
        # Only what is said here counts, not what the machine's owner set for other programs.
        others = {name: text for name, text in os.environ.items() if not name.startswith(("OTEL_", "SPANLOG_"))}
        self._environment = {**others, "SPANLOG_SPOOL_DIR": spool_dir}

    def measured(self, ways: list[str], measure: str, count: int) -> dict[str, Any]:
        """Give the median of every round by way; of a list, that of each item."""
        samples: dict[str, list[Any]] = {way: [] for way in ways}
        for _ in range(self._rounds):
            for way in ways:
                samples[way].append(self._run("logging_program.py", way, self._endpoint, measure, str(count)))
        return {way: _median(found) for way, found in samples.items()}

    def import_milliseconds(self, ways: list[str]) -> dict[str, float]:
        """Give the CPU that importing each way's package takes."""
        samples: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(self._rounds):
            for way in ways:
                source = f"import time; t = time.process_time(); import {WAYS[way][0]}; print(time.process_time() - t)"
                samples[way].append(self._run("-c", source) * 1e3)
        return {way: statistics.median(found) for way, found in samples.items()}

    def _run(self, *arguments: str) -> Any:
        first, *rest = arguments
        program = [first] if first == "-c" else [str(_HERE / first)]
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *program, *rest],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
        return json.loads(done.stdout)


def _median(found: list[Any]) -> Any:
    if isinstance(found[0], list):
        return [statistics.median(column) for column in zip(*found, strict=True)]
    return statistics.median(found)


def main(records: int = 100_000, rounds: int = 5) -> None:
    """Print the tables."""
    ways = [way for way in WAYS if is_installed(way)]
    with sink() as endpoint, tempfile.TemporaryDirectory() as spool_dir:
        bench = Bench(endpoint, spool_dir, rounds)
        costs = {
            "plain": bench.measured(ways, "plain", records),
            "exception": bench.measured(ways, "exception", records // 10),
        }
        waits = bench.measured(ways, "waits", records)
        holding = [way for way in ways if way in {FLOOR, "QueueHandler", "spanlog", PEER}]
        memory = {kind: bench.measured(holding, f"memory {kind}", QUEUED_RECORDS) for kind in ("plain", "exception")}
        imports = bench.import_milliseconds([way for way in ways if WAYS[way][0] != "logging"])
        disabled = bench.measured([FLOOR, "spanlog"], "disabled", DISABLED_CALLS)

    print(f"\nHandler: CPU µs a record above {FLOOR}, whole process; median of {rounds} rounds of {records:,} records")
    print(f"{'':20}{'plain':>12}{'x cheaper':>12}{'exception':>12}{'x cheaper':>12}")
    for way in WAYS:
        cells = [_cost_cells(costs[kind], way) for kind in costs] if way in ways else ["  not installed (extra bench)"]
        print(f"{way:20}{''.join(cells)}")
    floors = " and ".join(f"{costs[kind][FLOOR]:.2f}" for kind in costs)
    print(f"(x cheaper than {PEER}; {FLOOR} itself: {floors} µs; an exception has 9 frames)")

    print(f"\n{'':20}{'caller waits, 4 threads, µs':>32}{'20,000 queued, MiB':>24}{'import, ms':>12}")
    print(f"{'':20}{'p50':>16}{'p99':>16}{'plain':>12}{'exception':>12}")
    for way in ways:
        cells = [f"{wait:16.1f}" for wait in waits[way]]
        cells += [f"{memory[kind][way]:12.1f}" if way in memory[kind] else f"{'-':>12}" for kind in memory]
        cells.append(f"{imports[way]:12.0f}" if way in imports else f"{'-':>12}")
        print(f"{way:20}{''.join(cells)}")
    print(f"A disabled level, µs a call: {disabled['spanlog']:.3f} (with {FLOOR}: {disabled[FLOOR]:.3f})")


def _cost_cells(cost: dict[str, float], way: str) -> str:
    above = cost[way] - cost[FLOOR]
    ratio = f"{(cost[PEER] - cost[FLOOR]) / above:.1f}" if PEER in cost and above > 0 and way != FLOOR else ""
    return f"{above:12.2f}{ratio:>12}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000, help="logged in each run; exceptions a tenth of it")
    parser.add_argument("--rounds", type=int, default=5)
    main(**vars(parser.parse_args()))
