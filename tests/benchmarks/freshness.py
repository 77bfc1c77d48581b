"""How fresh the answers are: from a program's logging call to the record in ``GET /logs``, at a steady rate.

A program with the real handler logs at the rate; some of its records are probes that carry the time of their call. The
bench asks the query API for the probes again and again and notes when it sees each for the first time.
"""

import logging
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from running_stack import RunningStack, running_stack

RECORDS_PER_SECOND = 5_000
PROBES_PER_SECOND = 50
SECONDS = 30
ASKED_EVERY_SECONDS = 0.05
LOST_AFTER_SECONDS = 10
PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Freshness:
    """Milliseconds from call to visible, and the rate that the program really reached."""

    probes: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    records_per_second: float


def main() -> None:
    """Print the figures."""
    print(
        f"\nFreshness: from the handler's call to visible in GET /logs, {RECORDS_PER_SECOND:,} records/s, {SECONDS} s"
    )
    with running_stack() as stack:
        measured(stack, RECORDS_PER_SECOND, 3)
        fresh = measured(stack, RECORDS_PER_SECOND, SECONDS)
    print(
        f"{fresh.probes:,} probes among {fresh.records_per_second:,.0f} records/s: p50 {fresh.p50_ms:.0f} ms,"
        f" p99 {fresh.p99_ms:.0f} ms, max {fresh.max_ms:.0f} ms (asked every {ASKED_EVERY_SECONDS * 1000:.0f} ms)",
        flush=True,
    )


def measured(stack: RunningStack, per_second: int, seconds: float) -> Freshness:
    """Run the program and watch for its probes."""
    program = subprocess.Popen(
        [sys.executable, __file__, stack.otlp_http, str(per_second), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    began = datetime.now(UTC)
    seen: dict[int, float] = {}
    end = time.monotonic() + LOST_AFTER_SECONDS + seconds
    expected = int(seconds * PROBES_PER_SECOND)
    while len(seen) < expected and time.monotonic() < end:
        # The newest probes are enough: what has been seen needs no second look.
        since = max(began, datetime.now(UTC) - timedelta(seconds=LOST_AFTER_SECONDS))
        items = stack.get("/logs", category=PROBE, since=since.isoformat(), limit=1000)["items"]
        now = time.time_ns()
        for item in items:
            called = int(item["message"].rpartition(" ")[2])
            seen.setdefault(called, (now - called) / 1e6)
        time.sleep(ASKED_EVERY_SECONDS)
    output, _ = program.communicate()
    assert program.returncode == 0, output
    assert len(seen) == expected, f"{len(seen)} of {expected} probes were seen"
    times = sorted(seen.values())
    return Freshness(
        len(times),
        times[len(times) // 2],
        times[len(times) * 99 // 100],
        times[-1],
        per_second * seconds / float(output),
    )


def program(endpoint: str, per_second: int, seconds: float) -> None:
    """Log at the rate, in slices of a few milliseconds; print how long it took."""
    from spanlog import SpanlogHandler

    handler = SpanlogHandler("freshness", endpoint=endpoint)
    logger = logging.getLogger("bench")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    total = int(per_second * seconds)
    probe_every = per_second // PROBES_PER_SECOND
    began = time.perf_counter()
    for number in range(total):
        if not number % 25 and (ahead := began + number / per_second - time.perf_counter()) > 0:
            time.sleep(ahead)
        if number % probe_every:
            logger.info("order %s filled at %s", number, "12.5", extra={"venue": "binance", "latency_ms": 12})
        else:
            logger.info("probe called at %s", time.time_ns(), extra={"category": PROBE})
    took = time.perf_counter() - began
    handler.close()
    print(took)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        program(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
    else:
        main()
