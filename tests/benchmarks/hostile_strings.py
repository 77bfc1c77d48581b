"""A thousand hostile strings in every parameter of every route: no fault, and none of them becomes SQL.

    python tests/benchmarks/hostile_strings.py
    python tests/benchmarks/hostile_strings.py --strings 100
    python tests/benchmarks/hostile_strings.py --part 2/6       # a sixth of the parameters: all take over half an hour

On an engine of its own, over HTTP. Every SQL text that reaches the store is one of the named files, with conditions out
of named expressions in their places, or is printed. Ends with 1 where something was found.
"""

# ruff: noqa: E402 - what the tests share is found first
import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "query_api")]

from hostile_requests import Sender, grouped, parameters_of
from hostile_texts import CANARY, COUNT, hostile_texts
from query_api_serving import serving
from query_api_telemetry import Loader
from watched_store import WatchedStore

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import migrate, open_store
from spanlog_query_api import ApiConfig, create_app

SHOWN = 20


def run(watched: WatchedStore, loader: Loader, texts: list[tuple[str, bytes]], part: slice) -> bool:
    """Print what happened; return whether all is well. Of the groups of parameters, take ``part``."""

    async def ingest(request: bytes) -> None:
        await asyncio.to_thread(loader.load, LOGS, request)

    statuses: Counter[int | None] = Counter()
    faults = []
    took: Counter[str] = Counter()
    with serving(create_app(ApiConfig(visible_wait_seconds=0), watched, ingest)) as client:
        parameters = parameters_of(client.get("/openapi.json").json())
        sender = Sender(str(client.base_url))
        groups = grouped(sender, parameters)[part]
        for group, (_, text) in itertools.product(groups, texts):
            began = time.process_time()
            for parameter, status in sender.statuses(group, text):
                statuses[status] += 1
                if status is not None and status >= 500:
                    faults.append(f"{status} {parameter}: {text!r}")
            took[group[0].path] += time.process_time() - began
        sender.close()
        before = set(watched.texts)
        entries = client.get("/logs/agents")
    asked = sum(watched.texts.values())
    reached = [sql for sql in before if CANARY in sql]
    alien = watched.not_ours()
    print(f"{len(texts):,} strings in {sum(map(len, groups))} parameters: {sum(statuses.values()):,} requests")
    print("answers: " + ", ".join(f"{status or 'cannot be sent'}: {n:,}" for status, n in statuses.most_common()))
    print(
        f"{asked:,} queries of {len(watched.texts):,} SQL texts: {len(alien)} that are not ours, {len(reached)} with a "
        f"string in them; {sum(CANARY in value for value in watched.bound):,} strings were bound as values"
    )
    slowest = ", ".join(f"{path} {seconds:.0f} s" for path, seconds in took.most_common(4))
    print(f"inserts into {sorted({columns[0] for columns in watched.inserts})}, statements {watched.statements}")
    print(f"CPU: {sum(took.values()):.0f} s; {slowest}; faults: {len(faults)}", flush=True)
    for line in (*faults[:SHOWN], *alien[:SHOWN]):
        print(f"  {line}")
    return not (faults or alien or reached or watched.statements) and entries.is_success


def part_of(text: str) -> slice:
    """Read ``2/6``: every sixth from the second on."""
    number, _, of = text.partition("/")
    if not 1 <= int(number) <= int(of):
        raise ValueError(text)
    return slice(int(number) - 1, None, int(of))


def main() -> None:
    """Run it, and end with 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strings", type=int, default=COUNT, help="how many of them")
    parser.add_argument("--part", type=part_of, default=part_of("1/1"), help="which part of the parameters, as 2/6")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanlog-hostile-") as folder:
        store = open_store(f"chdb://{folder}/store")
        migrate(store)
        watched = WatchedStore(store)
        try:
            is_well = run(watched, Loader(store, Path(folder)), hostile_texts()[: options.strings], options.part)
        finally:
            watched.close()
            store.close()
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
