"""Many ask while records arrive: milliseconds to the answer, by kind of question.

    python tests/benchmarks/query_load.py                        # 10 million records
    python tests/benchmarks/query_load.py --records 1000000 --seconds 30

The records are those of size.py, made by the engine, over 30 days. Then the stack runs on them; a program with the real
handler logs 5,000 records/s through its collector, and 50 clients ask, each once a second: search, histogram, summary,
trace. An answer's time counts from when it should have been asked, so that a slow answer does not hide those behind it.
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from running_stack import RunningStack, cpu_seconds
from size import DAY_NANOSECONDS, generate
from stack_process import clean_environment

from spanlog_collector.storage import migrate, open_store

RECORDS = 10_000_000
CLIENTS = 50
ARRIVING_PER_SECOND = 5_000
SECONDS = 60.0
WARM_UP_SECONDS = 5.0
TARGET_MILLISECONDS = 250
TRACES = 200
RETENTION_DAYS = 60
FRESHNESS = Path(__file__).parent / "freshness.py"

Question = tuple[str, dict[str, Any]]


@dataclass
class Answers:
    """Milliseconds by kind, and what went wrong."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    left_out: int = 0
    """Questions that were due and never asked, because the client still waited for an answer."""


def kinds(trace_ids: list[str], rng: random.Random) -> dict[str, Callable[[], Question]]:
    """What people ask, each time of something else."""

    def search() -> Question:
        return "/logs", {
            "limit": 100,
            "q": rng.choice(
                (
                    f"level:error agent:agent-{rng.randrange(20)}",
                    f"user{rng.randrange(1000)}",
                    f"level:>=warn order_id:{rng.randrange(1_000_000)}",
                    f"session:run-{rng.randrange(20)}-*",
                    f'"{rng.choice(("order", "quote", "article"))}" -retried',
                )
            ),
            "since": _ago(1),
        }

    def histogram() -> Question:
        return "/logs/histogram", {"q": f"agent:agent-{rng.randrange(20)}", "since": _ago(1)}

    def summary() -> Question:
        return "/logs/summary", rng.choice(({}, {"agent_id": f"agent-{rng.randrange(20)}"}))

    def trace() -> Question:
        return f"/traces/{rng.choice(trace_ids)}", {}

    return {"search": search, "histogram": histogram, "summary": summary, "trace": trace}


def _ago(days: float) -> str:
    moment = time.time_ns() - int(days * DAY_NANOSECONDS)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment // 1_000_000_000))


async def ask(url: str, clients: int, seconds: float, asked: dict[str, Callable[[], Question]]) -> Answers:
    """Let so many clients ask once a second, each at its own moment of it, and note the answers."""
    answers = Answers()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    begin = time.monotonic() + 1

    async def one_client(http: httpx.AsyncClient, number: int) -> None:
        names = list(asked)
        for turn in range(int(seconds)):
            due = begin + turn + number / clients
            if time.monotonic() > begin + seconds:
                # It never came to ask: the answers before took that long.
                answers.left_out += 1
                continue
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            kind = names[(turn + number) % len(names)]
            path, parameters = asked[kind]()
            try:
                answer = await http.get(path, params=parameters)
                is_answered = answer.status_code == httpx.codes.OK
            except httpx.HTTPError:
                is_answered = False
            if not is_answered:
                answers.failed[kind] += 1
            elif turn >= WARM_UP_SECONDS or seconds <= 2 * WARM_UP_SECONDS:
                answers.milliseconds[kind].append((time.monotonic() - due) * 1000)

    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as http:
        await asyncio.gather(*(one_client(http, number) for number in range(clients)))
    return answers


def fill(folder: Path, records: int) -> list[str]:
    """Make the store; return ids of traces in it."""
    store = open_store(f"chdb://{folder}/store")
    try:
        migrate(store)
        generate(store, records)
        rows = store.query(f"SELECT TraceId AS id FROM otel_logs WHERE cityHash64(TraceId) % 50 = 0 LIMIT {TRACES}")
        return [row["id"] for row in rows]
    finally:
        store.close()


def measure(stack: RunningStack, trace_ids: list[str], clients: int, seconds: float, arriving: int) -> None:
    """Print the table."""
    # The same program that freshness.py runs: the real handler, at a steady rate.
    command = [sys.executable, str(FRESHNESS), stack.otlp_http, str(arriving), str(seconds + 2)]
    writing = (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment()) if arriving else None
    )
    before, began = cpu_seconds(stack), time.monotonic()
    answers = asyncio.run(ask(stack.api, clients, seconds, kinds(trace_ids, random.Random(1))))
    used, took = cpu_seconds(stack) - before, time.monotonic() - began
    written = 0.0
    if writing is not None:
        output, _ = writing.communicate()
        written = arriving * (seconds + 2) / float(output)
    print(f"{'':12} {'asked':>7} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8}")
    every = [value for values in answers.milliseconds.values() for value in values]
    for kind, values in (*answers.milliseconds.items(), ("all", every)):
        values.sort()
        p99 = values[min(len(values) - 1, len(values) * 99 // 100)]
        print(f"{kind:12} {len(values):7,} {statistics.median(values):8.1f} {p99:8.1f} {values[-1]:8.1f}")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"target: p99 under {TARGET_MILLISECONDS} ms; not answered: {sum(answers.failed.values())}; not asked in time: "
        f"{answers.left_out}\nthe stack used {used / took:.2f} cores; {written:,.0f} records/s arrived; "
        f"load average {load} on {os.cpu_count()} cores",
        flush=True,
    )


def run(records: int, clients: int, seconds: float, arriving: int, kept: Path | None) -> None:
    """Fill a store, start the stack on it, ask."""
    print(
        f"\nQuestions under load: {records:,} records, {clients} clients once a second for {seconds:.0f} s, "
        f"{arriving:,} records/s arriving"
    )
    with tempfile.TemporaryDirectory(prefix="spanlog-load-") as folder:
        data = (kept or Path(folder) / "data").absolute()
        data.mkdir(parents=True, exist_ok=True)
        # In a process of its own: an engine stays in the one that opened it.
        done = subprocess.run(
            [sys.executable, __file__, "--fill", str(data), "--records", str(records)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        stack = RunningStack(data, SPANLOG_RETENTION_DAYS=str(RETENTION_DAYS))
        try:
            for path in ("/logs", "/logs/histogram", "/logs/summary"):
                stack.get(path)
            measure(stack, done.stdout.split(), clients, seconds, arriving)
        finally:
            stack.stop()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--arriving", type=int, default=ARRIVING_PER_SECOND, help="records a second")
    parser.add_argument("--data", type=Path, help="folder of a stack's data to keep and use again")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    # Called by run.py, which has arguments of its own.
    options = parser.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    if options.fill is not None:
        print("\n".join(fill(options.fill, options.records)))
        return
    run(options.records, options.clients, options.seconds, options.arriving, options.data)


if __name__ == "__main__":
    main()
