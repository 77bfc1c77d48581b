"""One message at fault is set aside after few loads, whatever the engine says of it; its neighbours are stored once."""

import time
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry
from segments import framed, log_request, put_segment
from token_store import TokenStore

from spanlog_collector import loader as loader_module
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.recovery import recover_segments
from spanlog_collector.journal.writer import Journal
from spanlog_collector.loader import Loader
from spanlog_collector.metrics import CollectorMetrics
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage.exceptions import StatementError


@pytest.fixture
def loading(memory_path):
    """A loader on a journal with the given messages, and a store that refuses poison."""
    opened = []

    def loading(messages: list[str], error=None) -> SimpleNamespace:
        directory = memory_path / "journal"
        put_segment(directory, 1, *(framed(log_request("s", message).SerializeToString()) for message in messages))
        quarantine = Quarantine(memory_path / "quarantine")
        store = TokenStore(memory_path / "stored", error)
        leftover = recover_segments(directory, quarantine)
        loader = Loader(LOGS, quarantine, CollectorMetrics(CollectorRegistry()), Drain())
        seen = SeenRequests(directory / "seen", time.time())
        journal = Journal(directory, JournalLimits(), seen, loader.put, leftover)
        for segment in leftover:
            loader.put(segment)
        loader.start(journal, store)
        opened.append((loader, journal))
        return SimpleNamespace(loader=loader, store=store, quarantine=quarantine, journal=journal, directory=directory)

    yield loading
    for loader, journal in opened:
        loader.stop(0.1)
        journal.close()


def test_one_poison_among_thousands_costs_few_loads(loading):
    messages = [f"message {index}" for index in range(4096)]
    messages[2777] = "poison"
    under_test = loading(messages)
    assert under_test.loader.stop(60)
    # The whole, and of each of four levels eight pieces.
    assert under_test.store.loads <= 1 + 4 * 8
    stored = under_test.store.bodies()
    assert len(stored) == len(set(stored)) == 4095
    (kept,) = under_test.quarantine.entries()
    assert b"poison" in kept.path.read_bytes()
    assert under_test.journal.size_bytes == 0
    assert [path.name for path in under_test.directory.iterdir()] == ["seen"]


def error_of_the_statement(*, has_left_nothing: bool) -> StatementError:
    error = StatementError("Code: 49. DB::Exception: Logical error", 49)
    error.has_left_nothing = has_left_nothing
    return error


def test_message_that_fails_without_being_unreadable_does_not_hold_up_the_others(loading, monkeypatch):
    monkeypatch.setattr(loader_module, "_FIRST_RETRY_SECONDS", 0.001)
    messages = [*(f"message {index}" for index in range(20)), "poison"]
    under_test = loading(messages, error_of_the_statement(has_left_nothing=True))
    assert under_test.loader.stop(60)
    stored = under_test.store.bodies()
    assert len(stored) == len(set(stored)) == 20
    (kept,) = under_test.quarantine.entries()
    assert kept.reason == "Code: 49. DB::Exception: Logical error"


def test_segment_that_may_be_stored_in_part_is_never_split(loading, monkeypatch):
    """Its pieces have other tokens: what is stored of it would be stored again."""
    monkeypatch.setattr(loader_module, "_FIRST_RETRY_SECONDS", 0.001)
    under_test = loading(["a", "poison"], error_of_the_statement(has_left_nothing=False))
    deadline = time.monotonic() + 30
    while under_test.store.loads < 7:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert under_test.quarantine.count() == 0
    assert len(list(under_test.directory.glob("*.segment"))) == 1
    assert under_test.loader.failure
