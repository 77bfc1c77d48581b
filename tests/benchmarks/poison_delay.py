"""How much later the neighbours of a message are stored that the engine refuses: one segment of 20,000 messages."""

import logging
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from prometheus_client import CollectorRegistry
from segments import framed, log_request, put_segment, refused_by_the_engine

from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.recovery import recover_segments
from spanlog_collector.journal.writer import Journal
from spanlog_collector.loader import Loader
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import Store, migrate, open_store

MESSAGES = 20_000


def main() -> None:
    """Print the time to load the segment, without poison and with some."""
    logging.disable()
    print(f"\nPoison: a segment of {MESSAGES:,} messages of one record")
    print(f"{'poison':>7} {'seconds':>8} {'later by':>9} {'stored':>7} {'set aside':>10}")
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as name:
        store = open_store(f"chdb://{name}/store")
        migrate(store)
        load(store, Path(name) / "warm", 0)
        without = 0.0
        for count in (0, 1, 3):
            seconds, quarantine, stored = load(store, Path(name) / str(count), count)
            without = without or seconds
            print(f"{count:7} {seconds:8.2f} {seconds - without:9.2f} {stored:7} {quarantine.count():10}", flush=True)
        store.close()


def load(store: Store, folder: Path, poison: int) -> tuple[float, Quarantine, int]:
    """Load one segment to its end; returns how long it took, and what became of it."""
    service = folder.name
    messages = [framed(log_request(service, f"message {index}").SerializeToString()) for index in range(MESSAGES)]
    for number, position in enumerate(random.sample(range(MESSAGES), poison)):
        messages[position] = framed(refused_by_the_engine(f"poison {number}"))
    put_segment(folder / "journal", random.randrange(10**9), *messages)
    quarantine = Quarantine(folder / "quarantine")
    leftover = recover_segments(folder / "journal", quarantine)
    loader = Loader(LOGS, quarantine, CollectorMetrics(CollectorRegistry()), Drain())
    seen = SeenRequests(folder / "seen", time.time())
    journal = Journal(folder / "journal", JournalLimits(), seen, loader.put, leftover)
    for segment in leftover:
        loader.put(segment)
    began = time.monotonic()
    loader.start(journal, store)
    loader.stop(300)
    seconds = time.monotonic() - began
    journal.close()
    rows = store.query("SELECT count() AS n FROM otel_logs WHERE ServiceName = {service:String}", {"service": service})
    return seconds, quarantine, int(rows[0]["n"])


if __name__ == "__main__":
    main()
