"""The one oracle of all fault tests: every record is in exactly one place, and is what was logged.

Each record carries an id of its own and the hash of its payload. Whatever happened,
``accepted = stored at the sink + queued + on disk + Σ dropped``, exactly: what is stored is looked up at the
sink, what is on disk is read from the disk, and what is there must have been logged and be undamaged.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

# What a program of its own begins with. At its very end it prints its accounts: registered before spanlog, so
# after all that spanlog does.
BEGINNING = """
import atexit, hashlib, json, logging, os, signal, sys, threading, time, uuid

def tell_accounts():
    print("ACCOUNTS " + json.dumps(handler.stats()), flush=True)

atexit.register(tell_accounts)
import spanlog

def log_marked(count=1, payload="x" * 40):
    for _ in range(count):
        mark = str(uuid.uuid4())
        digest = hashlib.sha256((mark + payload).encode()).hexdigest()
        log.info("marked %s", mark, extra={"mark": mark, "payload": payload, "digest": digest})

handler = spanlog.SpanlogHandler("oracle")
log = logging.getLogger("oracle")
log.setLevel(logging.DEBUG)
log.addHandler(handler)
"""


def log_marked(logger: Any, count: int = 1, payload: str = "x" * 40) -> list[str]:
    """Log records that the oracle can recognise; gives their marks."""
    marks = [str(uuid.uuid4()) for _ in range(count)]
    for mark in marks:
        digest = hashlib.sha256((mark + payload).encode()).hexdigest()
        logger.info("marked %s", mark, extra={"mark": mark, "payload": payload, "digest": digest})
    return marks


def accounts_of(stdout: str) -> dict[str, Any]:
    """Give the accounts that a program printed at its end."""
    (line,) = [line for line in stdout.splitlines() if line.startswith("ACCOUNTS ")]
    accounts: dict[str, Any] = json.loads(line.removeprefix("ACCOUNTS "))
    return accounts


def bodies_on_disk(spool_dir: Path) -> list[Path]:
    """Give the requests that lie in a spool."""
    # Not rglob: a handler may remove a folder meanwhile.
    return sorted(
        Path(folder, name)
        for folder, _, names in os.walk(spool_dir)
        for name in names
        if name.endswith(".otlp") and Path(folder).name != "set-aside"
    )


class Oracle:
    """Holds what is stored and what is on disk against what the handlers say.

    Args:
        sink: an ``OtlpSink``.
        spool_dir: where the handlers spool, if they do.
    """

    def __init__(self, sink: Any, spool_dir: Path | None = None) -> None:
        self._sink = sink
        self._spool_dir = spool_dir

    def stored(self) -> list[str]:
        """Give the marks at the sink. A request that came twice is stored once, as the collector does it."""
        contents = {request.content: request for request in self._sink.accepted}
        return [mark for request in contents.values() for mark in _marks(request.message)]

    def on_disk(self) -> list[str]:
        """Give the marks in the spool."""
        if self._spool_dir is None:
            return []
        marks: list[str] = []
        for path in bodies_on_disk(self._spool_dir):
            content = path.read_bytes()
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            found = _marks(ExportLogsServiceRequest.FromString(content))
            assert len(found) == int(path.name.split("-")[2]), "the name says how many records there are"
            marks += found
        return marks

    def check(self, *accounts: Any, marks: list[str] | None = None) -> None:
        """Assert that the accounts of all handlers together are the truth."""
        for one in accounts:
            lost = sum(one["dropped"].values())
            assert one["accepted"] == one["sent"] + one["queued"] + one["spooled"] + lost, one
        stored, on_disk = self.stored(), self.on_disk()
        assert len(stored) == len(set(stored)), "stored twice"
        assert len(on_disk) == len(set(on_disk)), "on disk twice"
        everywhere = set(stored) | set(on_disk)
        # What came through though the answer was lost is both stored and on disk; the collector knows its bytes.
        twice = set(stored) & set(on_disk)
        recovered = [one["recovered"] for one in accounts]
        spooled = sum(one["spooled"] for one in accounts)
        spooled -= sum(one["sent"] + sum(one["dropped"].values()) for one in recovered)
        sent = sum(one["sent"] for one in accounts) + sum(one["sent"] for one in recovered)
        lost = sum(sum(one["dropped"].values()) for one in [*accounts, *recovered])
        queued = sum(one["queued"] for one in accounts)
        accepted = sum(one["accepted"] for one in accounts)
        assert spooled == len(on_disk), (spooled, len(on_disk))
        assert sent == len(stored) - len(twice), (sent, len(stored), len(twice))
        assert accepted == len(everywhere) + queued + lost, (accounts, len(stored), len(on_disk))
        if marks is not None:
            assert everywhere <= set(marks), "what nobody logged"
            assert len(marks) == accepted


def _marks(message: ExportLogsServiceRequest) -> list[str]:
    marks: list[str] = []
    for part in message.resource_logs:
        for scope in part.scope_logs:
            if scope.scope.name == "spanlog":
                continue
            for record in scope.log_records:
                values = {pair.key: pair.value.string_value for pair in record.attributes}
                digest = hashlib.sha256((values["mark"] + values["payload"]).encode()).hexdigest()
                assert digest == values["digest"], "damaged on its way"
                marks.append(values["mark"])
    return marks
