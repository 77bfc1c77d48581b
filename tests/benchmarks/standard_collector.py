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
from pathlib import Path

from ingest_rate import send
from records import request_of
from running_stack import cpu_seconds, running_stack, wait_until_visible

# isort: split
# running_stack has put their folder on the path.
from front_process import FrontProcess
from standard_collector_process import ROOT, StandardCollector

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

Way = tuple[str, Callable[[], float], Callable[[int], None]]
"""Where to send, the CPU so far in seconds, and how to wait until so many records are there."""


def main(requests: int = REQUESTS, rounds: int = ROUNDS) -> None:
    """Print the table, or one line where the Collector is not built."""
    binary = _binary()
    if binary is None:
        print("\nThe standard Collector is not built (make otelcol): nothing to put beside spanlog's.")
        return
    records = requests * RECORDS_PER_REQUEST
    print(f"\nSide by side: {records:,} records of 300 bytes in requests of {RECORDS_PER_REQUEST:,}, the same tables")
    print(f"{'way':70} {'CPU µs/record':>13} {'thereof engine':>14} {'ratio':>6}")
    least = _measure(_ours, requests, rounds)
    _print("spanlog's collector", least, None, 1)
    for name, more_config in (
        ("standard Collector, otel-collector.yaml", ()),
        ("standard Collector, stripped", STRIPPED),
    ):
        engine: list[float] = []
        cost = _measure(lambda more=more_config, seen=engine: _theirs(binary, more, seen), requests, rounds)
        _print(
            f"standard Collector → ClickHouse exporter, {name}",
            cost,
            statistics.median(engine) * 1e6 / records,
            cost / least,
        )


def _print(name: str, cost: float, engine: float | None, ratio: float) -> None:
    print(f"{name:70} {cost:13.2f} {'' if engine is None else f'{engine:.2f}':>14} {ratio:6.1f}", flush=True)


def _measure(way: Callable[[], "Iterator[Way]"], requests: int, rounds: int) -> float:
    """Give the median cost of a record, in microseconds."""
    costs = []
    for number in range(rounds):
        bodies = [request_of(RECORDS_PER_REQUEST, number * requests + index) for index in range(requests)]
        with contextmanager(way)() as (endpoint, cpu, wait):
            send(endpoint, [request_of(1, -1)], 1)
            wait(1)
            began = cpu()
            send(endpoint, bodies, CLIENTS)
            wait(1 + requests * RECORDS_PER_REQUEST)
            time.sleep(SETTLE_SECONDS)
            costs.append((cpu() - began) * 1e6 / (requests * RECORDS_PER_REQUEST))
    return statistics.median(costs)


def _ours() -> "Iterator[Way]":
    with running_stack() as stack:
        yield stack.otlp_http, lambda: cpu_seconds(stack), lambda records: wait_until_visible(stack, records)


def _theirs(binary: Path, more_config: tuple[str, ...], engine: list[float]) -> "Iterator[Way]":
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as folder:
        front = FrontProcess(Path(folder))
        collector = None
        try:
            store = open_store(front.dsn)
            migrate(store)
            store.close()
            collector = StandardCollector(
                binary, Path(folder), *more_config, EXPORTER="clickhouse", CLICKHOUSE=front.endpoint
            )
            seen: list[float] = []

            def cpu() -> float:
                seen.append(front.engine_cpu_seconds())
                return collector.cpu_seconds() + seen[-1]

            yield collector.otlp_http, cpu, lambda records: _wait_for_rows(front, records)
            engine.append(seen[-1] - seen[0])
        finally:
            if collector:
                collector.kill()
            front.stop()


def _wait_for_rows(front: FrontProcess, records: int) -> None:
    deadline = time.monotonic() + 300
    while (stored := int(front.rows("SELECT count() AS n FROM otel_logs")[0]["n"])) < records:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{stored} of {records} records are visible")
        time.sleep(0.1)


def _binary() -> Path | None:
    script = runpy.run_path(str(ROOT / "collector/distribution/build.py"))
    try:
        binary: Path = script["binary_path"]()
    except script["GoMissingError"]:
        return None
    return binary if binary.exists() else None


if __name__ == "__main__":
    main(*[int(argument) for argument in sys.argv[1:]])
