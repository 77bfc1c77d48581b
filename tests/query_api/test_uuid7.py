"""UUIDv7: in order, apart, and telling their time."""

import threading
import time
import uuid

import pytest

from spanlog_query_api import uuid7
from spanlog_query_api.uuid7 import Uuid7Source, new_uuid7, uuid7_unix_milliseconds


@pytest.mark.parametrize("make", [new_uuid7, Uuid7Source().next])
def test_an_id_is_a_uuid_of_version_7_that_tells_its_time(make):
    before = time.time_ns() // 1_000_000
    made = make()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    # Ids made within one clock tick before may have pushed the time on by a millisecond.
    assert before <= uuid7_unix_milliseconds(made) <= after + 1


def test_ids_come_in_order_also_within_one_moment():
    make = Uuid7Source().next
    ids = [make() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_ids_come_in_order_when_the_clock_goes_back(monkeypatch):
    clock = iter([2_000_000_000_000, 1_000_000_000_000, 1_500_000_000_000])
    monkeypatch.setattr(uuid7.time, "time_ns", lambda: next(clock))
    make = Uuid7Source().next
    ids = [make() for _ in range(3)]
    assert ids == sorted(ids)


def test_ids_of_many_threads_are_apart():
    make = Uuid7Source().next
    made = []

    def work():
        made.extend([make() for _ in range(5_000)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 40_000


@pytest.mark.parametrize(
    "identifier", [uuid.UUID("5b1f0a3c-9d2e-4b67-a8c1-d0e2f3a4b5c6"), uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)]
)
def test_other_ids_tell_no_time(identifier):
    assert uuid7_unix_milliseconds(identifier) is None
