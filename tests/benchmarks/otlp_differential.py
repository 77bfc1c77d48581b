"""As many generated requests as one likes through the engine, each row compared with a plain Python decode.

``otlp_differential.py [--examples N]``: N examples of logs and N of traces, each of up to six requests in one segment.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from otlp_requests import requests
from plain_decode import expected_rows
from stored_rows import assert_same_rows, check_and_load, take_rows

from spanlog_collector.storage import Store, migrate, open_store


def main() -> None:
    """Compare; the first difference ends it with what was stored and what was expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanlog-differential-") as folder:
        store = open_store(f"chdb://{folder}/store")
        migrate(store)
        for signal in ("logs", "traces"):
            began = time.monotonic()
            requests_done, rows_done = compare(store, Path(folder), signal, options.examples)
            took = time.monotonic() - began
            print(
                f"{signal:6} {requests_done:7,} requests, {rows_done:8,} rows: all the same ({took:.0f} s)", flush=True
            )
        store.close()


def compare(store: Store, folder: Path, signal: str, examples: int) -> tuple[int, int]:
    """Return how many requests and rows were compared."""
    done = [0, 0]

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    @given(st.lists(requests(signal), min_size=1, max_size=6))
    def run(bodies: list[bytes]) -> None:
        received = time.time_ns()
        expected = [row for body in bodies for row in expected_rows(signal, body, received)]
        if expected:
            check_and_load(store, folder, signal, bodies, received)
        assert_same_rows(take_rows(store, signal), expected)
        done[0] += len(bodies)
        done[1] += len(expected)

    run()
    return done[0], done[1]


if __name__ == "__main__":
    main()
