"""The same records on two ways into the same tables of the same engine: spanlog's collector, and the standard one.

Counted is the CPU of all processes from the first request until the records can be queried and for a while after, when
parts are merged: of the stack (collector, engine and query API in one process) on the one way; on the other of the
Collector and of the engine. The engine of that way stands behind the test-only HTTP front; the front's own CPU is not
counted, because a ClickHouse server has no Python in it (nor is what a server would take for its own HTTP).

The standard Collector runs three times: with otel-collector.yaml as it is; the same without redaction, which is the
like of spanlog's collector in what it does and promises; and stripped to the least that can do it, with a queue in
memory, which loses what it acknowledged when it is killed.
"""

import runpy
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flood import Flood, flood
from running_stack import cpu_seconds, running_stack, wait_until_visible

# isort: split
# running_stack has put their folder on the path.
from front_process import FrontProcess
from standard_collector_process import BUILD_SCRIPT, StandardCollector

from spanlog_collector.storage import migrate, open_store

REQUESTS = 100
RECORDS_PER_REQUEST = 1_000
ROUNDS = 3
CLIENTS = 4
SETTLE_SECONDS = 3
WITHOUT_REDACTION = ("service::pipelines::logs::processors: [memory_limiter, resource_detection]",)
STRIPPED = (
    "service::pipelines::logs::processors: [memory_limiter]",
    "exporters::clickhouse::sending_queue: {storage: null, sizer: items, queue_size: 1000000}",
)

Running = tuple[str, Callable[[], tuple[float, float]], Callable[[int], None]]
"""Where to send; the CPU so far in seconds, of all and of the engine's process; how to wait until so many are there."""


def main(requests: int = REQUESTS, rounds: int = ROUNDS) -> None:
    """Print the table, or one line where the Collector is not built."""
    binary = _binary()
    if binary is None:
        print("\nThe standard Collector is not built (make otelcol): nothing to put beside spanlog's.")
        return
    ways: dict[str, Callable[[], Iterator[Running]]] = {"spanlog's collector": _ours}
    for name, more_config in (
        ("as in otel-collector.yaml", ()),
        ("without redaction", WITHOUT_REDACTION),
        ("stripped", STRIPPED),
    ):
        ways[f"standard Collector → its ClickHouse exporter, {name}"] = partial(_theirs, binary, more_config)
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    # Taken in turns, so that a noisy minute of the machine hits all of them.
    for number in range(rounds):
        for name, way in ways.items():
            costs[name].append(_measure(way, requests, number))
    records = requests * RECORDS_PER_REQUEST
    print(f"\nSide by side: {records:,} records of 300 bytes in requests of {RECORDS_PER_REQUEST:,}, the same tables")
    print(
        f"CPU µs a record, median of {rounds} (lowest – highest); engine: its process, ours has collector and API in it"
    )
    print(f"{'':72} {'all processes':>20} {'engine':>7} {'ratio':>6}")
    least = 0.0
    for name, found in costs.items():
        total, engine = (statistics.median(column) for column in zip(*found, strict=True))
        least = least or total
        spread = f"{total:.1f} ({min(found)[0]:.1f} – {max(found)[0]:.1f})"
        print(f"{name:72} {spread:>20} {engine:7.1f} {total / least:6.1f}", flush=True)


def _measure(way: Callable[[], Iterator[Running]], requests: int, number: int) -> tuple[float, float]:
    """Give the cost of a record in microseconds: of all processes, of the engine's."""
    what = Flood(RECORDS_PER_REQUEST, requests, CLIENTS, seed=number)
    with contextmanager(way)() as (endpoint, cpu, wait):
        flood(endpoint, Flood(batch=1, requests=1, clients=1, seed=-1))
        wait(1)
        before = cpu()
        flood(endpoint, what)
        # Asking costs CPU, too, so it is not done before there is a chance.
        time.sleep(SETTLE_SECONDS)
        wait(1 + requests * RECORDS_PER_REQUEST)
        total, engine = (
            (now - then) * 1e6 / (requests * RECORDS_PER_REQUEST) for then, now in zip(before, cpu(), strict=True)
        )
    return total, engine


def _ours() -> Iterator[Running]:
    with running_stack() as stack:

        def cpu() -> tuple[float, float]:
            used = cpu_seconds(stack)
            return used, used

        yield stack.otlp_http, cpu, lambda records: wait_until_visible(stack, records)


def _theirs(binary: Path, more_config: tuple[str, ...]) -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as folder:
        front = FrontProcess(Path(folder))
        collector = None
        try:
            store = open_store(front.dsn)
            migrate(store)
            store.close()
            settings = {"EXPORTER": "clickhouse", "CLICKHOUSE": front.endpoint}
            collector = StandardCollector(binary, Path(folder), *more_config, **settings)

            def cpu() -> tuple[float, float]:
                engine = front.engine_cpu_seconds()
                return collector.cpu_seconds() + engine, engine

            yield collector.otlp_http, cpu, lambda records: _wait_for_rows(front, records)
        finally:
            if collector:
                collector.kill()
            front.stop()


def _wait_for_rows(front: FrontProcess, records: int) -> None:
    deadline = time.monotonic() + 300
    while (stored := int(front.rows("SELECT count() AS n FROM otel_logs")[0]["n"])) < records:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{stored} of {records} records are visible")
        time.sleep(0.5)


def _binary() -> Path | None:
    script = runpy.run_path(str(BUILD_SCRIPT))
    try:
        binary: Path = script["binary_path"]()
    except script["GoMissingError"]:
        return None
    return binary if binary.exists() else None


if __name__ == "__main__":
    main(*[int(argument) for argument in sys.argv[1:]])
