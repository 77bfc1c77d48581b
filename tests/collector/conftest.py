"""Requests into the store of the test run, and a journal in a folder of its own."""

import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from running_collector import RunningCollector
from segments import Request, framed

from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.recovery import recover_segments
from spanlog_collector.journal.segment import Segment
from spanlog_collector.journal.writer import Journal
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import LOGS, TRACES, Signal
from spanlog_collector.storage import Store


@pytest.fixture
def service() -> str:
    """A service name that no other test uses."""
    return f"service-{uuid.uuid4()}"


@pytest.fixture
def load(store: Store, tmp_path: Path) -> Callable[..., None]:
    """Store requests the way the collector does: checked, framed, in one segment."""

    def load(*requests: Request, received_unix_nano: int | None = None) -> None:
        signal = LOGS if isinstance(requests[0], ExportLogsServiceRequest) else TRACES
        segment = tmp_path / f"{uuid.uuid4()}.segment"
        segment.write_bytes(
            b"".join(
                framed(check_request(signal, request.SerializeToString()).body, received_unix_nano)
                for request in requests
            )
        )
        store.load_segment(signal, segment, segment.stem)

    return load


@pytest.fixture
def memory_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: for tests that sync a thousand times and need no disk for it."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="spanlog-test-") as folder:
        yield Path(folder)


@pytest.fixture
def open_journal(tmp_path: Path) -> Iterator[Callable[..., SimpleNamespace]]:
    """Open the journal in ``tmp_path`` as a start of the collector does; again after ``close`` for a restart."""
    opened: list[Journal] = []

    def open_journal(*, is_store_idle: Callable[[Signal], bool] = lambda _: True, **limits: float) -> SimpleNamespace:
        directory = tmp_path / "journal"
        directory.mkdir(exist_ok=True)
        quarantine = Quarantine(tmp_path / "quarantine")
        leftover = recover_segments(directory, quarantine)
        segments: list[Segment] = []
        journal = Journal(
            directory,
            JournalLimits(**limits),  # type: ignore[arg-type]
            SeenRequests(directory / "seen", time.time()),
            segments.append,
            leftover,
            is_store_idle=is_store_idle,
        )
        opened.append(journal)
        return SimpleNamespace(
            journal=journal, directory=directory, quarantine=quarantine, leftover=leftover, segments=segments
        )

    yield open_journal
    for journal in opened:
        journal.close()


@pytest.fixture(scope="module")
def running(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCollector]:
    """A collector for the whole module."""
    collector = RunningCollector(store, tmp_path_factory.mktemp("data"))
    yield collector
    collector.stop()
