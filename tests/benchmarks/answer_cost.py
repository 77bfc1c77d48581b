"""CPU of an answer, by kind of question: asked for the first time, and again after records came.

    python tests/benchmarks/answer_cost.py                                   # a million records
    python tests/benchmarks/answer_cost.py --records 10000000 --store /somewhere/big   # kept, and used again

The records are those of size.py. The application is asked in the process that holds the store, without a socket, so
that the process's CPU is the answer's: the engine's, and Python's with the client's, about 1 ms. Between the questions
come as many records as in a quarter of a second at 5,000 records/s.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "query_api"))

from query_api_telemetry import Loader, Log
from size import filled

from spanlog_collector.storage import Store
from spanlog_query_api import ApiConfig, create_app

RECORDS = 1_000_000
QUESTIONS = 8
ARRIVING = 1_250
DAY_SECONDS = 86_400

Question = tuple[str, dict[str, Any]]


def kinds(store: Store) -> dict[str, Callable[[], Question]]:
    """What is asked, each time of something else."""
    chance = random.Random(1)
    agents = itertools.cycle(chance.sample(range(20), 20))
    words = list(itertools.product(("order", "quote", "article", "page", "balance"), ("retried", "placed", "stored")))
    phrases = itertools.cycle(f'"{noun}" -{verb}' for noun, verb in chance.sample(words, len(words)))
    rows = store.query("SELECT TraceId AS id FROM otel_logs WHERE cityHash64(TraceId) % 50 = 0 LIMIT 200")
    traces = itertools.cycle(row["id"] for row in chance.sample(rows, len(rows)))

    def search(q: str) -> Question:
        return "/logs", {"q": q, "since": _a_day_ago()}

    return {
        "agent and level": lambda: search(f"level:error agent:agent-{next(agents)}"),
        "run": lambda: search(f"session:run-{next(agents)}-*"),
        "phrase, not a word": lambda: search(next(phrases)),
        "word with digits": lambda: search(f"user{chance.randrange(1000)}"),
        "attribute": lambda: search(f"level:>=warn order_id:{chance.randrange(1_000_000)}"),
        "histogram": lambda: ("/logs/histogram", {"q": f"agent:agent-{next(agents)}", "since": _a_day_ago()}),
        "trace": lambda: (f"/traces/{next(traces)}", {}),
        "summary": lambda: ("/logs/summary", {"agent_id": f"agent-{next(agents)}"}),
    }


def _a_day_ago() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - DAY_SECONDS))


async def measure(store: Store, folder: Path) -> None:
    """Print the table."""

    async def ingest(_request: bytes) -> None:
        """Take nothing."""

    loader = Loader(store, folder)

    def arrive() -> None:
        now = time.time_ns()
        loader.logs("arriving", [Log(f"tick {number}", now - number * 200_000) for number in range(ARRIVING)])
        deadline = time.monotonic() + 10
        while store.query("SELECT count() AS n FROM system.merges")[0]["n"] and time.monotonic() < deadline:
            time.sleep(0.05)

    transport = httpx.ASGITransport(create_app(ApiConfig(), store, ingest))
    async with httpx.AsyncClient(transport=transport, base_url="http://spanlog") as client:

        async def cost(question: Question) -> float:
            arrive()
            path, parameters = question
            began = time.process_time()
            answer = await client.get(path, params=parameters)
            used = time.process_time() - began
            assert answer.status_code == httpx.codes.OK, answer.text
            return used * 1000

        print(f"{'CPU ms an answer, median':24} {'first':>8} {'again':>8}")
        for kind, ask in kinds(store).items():
            await cost(ask())
            asked = [ask() for _ in range(QUESTIONS)]
            costs = [(await cost(question), await cost(question)) for question in asked]
            first, again = (statistics.median(found) for found in zip(*costs, strict=True))
            print(f"{kind:24} {first:8.1f} {again:8.1f}", flush=True)


def main() -> None:
    """Fill a store, ask."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--store", type=Path, help="folder of a store to keep and use again")
    # Called by run.py, which has arguments of its own.
    options = parser.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    print(f"\nWhat an answer costs: {options.records:,} records over 30 days, of which a day is asked about")
    with filled(options.records, options.store) as store, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(store, Path(folder)))


if __name__ == "__main__":
    main()
