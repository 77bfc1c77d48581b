"""Recovers and loads a damaged journal, killed at each file operation in turn, and once more to the end each time.

The journal, the quarantine and the loader are the real ones; the engine is not (token_store.py).

``python crash_at_every_step.py FOLDER`` prints, for each operation, what is stored and what is set aside in the end.
"""

import collections
import itertools
import json
import logging
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from killed_at import arm
from prometheus_client import CollectorRegistry
from segments import framed, log_request, put_segment, refused_by_the_engine
from token_store import TokenStore

from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.recovery import recover_segments
from spanlog_collector.journal.writer import Journal
from spanlog_collector.loader import Loader
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.description import LOGS

OPERATIONS = ("fsync", "rename", "unlink")
GOOD = [f"good {index}" for index in range(30)]


def prepare(folder: Path) -> None:
    good = [framed(log_request("durable", body).SerializeToString(), 1) for body in GOOD]
    damaged = bytearray(framed(log_request("durable", "damaged").SerializeToString(), 1))
    damaged[-1] ^= 1
    poison = framed(refused_by_the_engine("poison"), 1)
    put_segment(folder / "journal", 1, *good[:5])
    put_segment(folder / "journal", 2, *good[5:10], damaged, *good[10:20], poison, *good[20:25])
    put_segment(folder / "journal", 3, good[24], *good[25:], poison[:-5])


def recover_and_load(folder: Path) -> None:
    metrics = CollectorMetrics(CollectorRegistry())
    quarantine = Quarantine(folder / "quarantine")
    leftover = recover_segments(folder / "journal", quarantine)
    loader = Loader(LOGS, quarantine, metrics, Drain())
    seen = SeenRequests(folder / "journal" / "seen", time.time())
    journal = Journal(folder / "journal", JournalLimits(), seen, loader.put, leftover)
    for segment in leftover:
        loader.put(segment)
    loader.start(journal, TokenStore(folder / "stored"))  # type: ignore[arg-type]
    loader.stop(60)
    journal.close()
    assert journal.size_bytes == 0
    assert journal.oldest_unstored_unix_nano is None


def in_a_process(folder: Path, step: str | None) -> int:
    """Run it to its end, or to the step; gives the signal that ended it."""
    child = os.fork()
    if not child:
        if step:
            arm(step)
        recover_and_load(folder)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def outcome(folder: Path) -> dict[str, object]:
    bodies = collections.Counter(
        bytes.fromhex(body) for stored in TokenStore(folder / "stored").stored().values() for body in stored
    )
    quarantine = Quarantine(folder / "quarantine")
    return {
        "missing": [body for body in GOOD if not any(has(stored, body) for stored in bodies)],
        "stored": sum(bodies.values()),
        "set_aside": [[entry.size_bytes, entry.reason] for entry in quarantine.entries()],
        "left": sorted(path.name for path in (folder / "journal").iterdir() if path.name != "seen"),
    }


def has(body: bytes, text: str) -> bool:
    return bytes([len(text)]) + text.encode() in body


def main() -> None:
    logging.disable()
    base = Path(sys.argv[1])
    prepare(base / "prepared")
    for operation in OPERATIONS:
        for count in itertools.count(1):
            folder = base / "run"
            shutil.copytree(base / "prepared", folder)
            step = f"before {operation} {folder} {count}"
            ended_by = in_a_process(folder, step)
            if ended_by == signal.SIGKILL:
                assert in_a_process(folder, None) == 0
            print(json.dumps({"step": step, "was_killed": ended_by == signal.SIGKILL, **outcome(folder)}), flush=True)
            shutil.rmtree(folder)
            if ended_by != signal.SIGKILL:
                break


if __name__ == "__main__":
    main()
