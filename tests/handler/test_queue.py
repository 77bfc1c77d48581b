"""Every record is in exactly one place, and nothing waits beyond the bounds."""

from __future__ import annotations

import itertools
import random
import sys
import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from spanlog._exception import Frames, Stack
from spanlog._queue import RecordQueue

NOTHING_RECOVERED = {"recovered": {"sent": 0, "dropped": {}}}


def record(size=10, number=0):
    return (("app", b"", False), 0.0, number.to_bytes(8) + b"x" * (size - 8), None)


def balances(stats):
    return stats["accepted"] == stats["sent"] + stats["queued"] + sum(stats["dropped"].values())


def numbers(batch):
    return [int.from_bytes(content[:8]) for _, _, content, _ in batch.records]


def test_records_leave_in_the_order_they_came():
    queue = RecordQueue(10, 10_000)
    for number in range(5):
        queue.put(record(number=number))
    assert numbers(queue.take(3, 10_000)) == [0, 1, 2]
    assert numbers(queue.take(3, 10_000)) == [3, 4]
    assert queue.take(3, 10_000) is None


def test_a_full_queue_drops_the_oldest_and_counts_them():
    queue = RecordQueue(10, 10_000)
    for number in range(15):
        queue.put(record(number=number))
    assert queue.stats() == {
        "accepted": 15,
        "sent": 0,
        "queued": 10,
        "spooled": 0,
        "dropped": {"queue_full": 5},
        **NOTHING_RECOVERED,
    }
    assert numbers(queue.take(20, 10_000)) == list(range(5, 15))


def test_large_records_are_bounded_by_their_bytes():
    queue = RecordQueue(100, 10_000)
    for number in range(20):
        queue.put(record(1_000, number))
    assert queue.stats()["queued"] == 5
    assert queue.stats()["dropped"] == {"queue_full": 15}
    assert numbers(queue.take(100, 10**9)) == list(range(15, 20))
    # The room is free again.
    for number in range(5):
        queue.put(record(1_000, number))
    assert queue.stats()["queued"] == 10
    assert queue.stats()["dropped"] == {"queue_full": 15}


def test_a_record_larger_than_the_room_costs_no_other_one():
    queue = RecordQueue(10, 10_000)
    queue.put(record(number=1))
    queue.put(record(10_000, 2))
    assert queue.stats()["dropped"] == {"too_large": 1}
    assert numbers(queue.take(10, 10_000)) == [1]


def test_a_stack_that_waits_counts_with_its_frames():
    stack = Stack(((Frames(((sys._getframe().f_code, 0),) * 100, 0), "ValueError: x\n", ""),), 12_800)
    queue = RecordQueue(1_000, 100_000)
    for _ in range(50):
        queue.put((("app", b"", False), 0.0, b"x" * 20, (b"", stack, ())))
    assert queue.stats()["dropped"]["queue_full"] > 0


def test_a_batch_is_bounded_by_bytes_but_never_empty():
    queue = RecordQueue(100, 1_000_000)
    for number in range(4):
        queue.put(record(1_000, number))
    assert numbers(queue.take(100, 1_500)) == [0, 1]
    assert numbers(queue.take(100, 1)) == [2]


def test_what_is_on_its_way_is_queued_until_it_is_settled():
    queue = RecordQueue(10, 10_000)
    for _ in range(3):
        queue.put(record())
    batch = queue.take(10, 10_000)
    assert queue.stats()["queued"] == 3
    queue.settle(batch, 1, "rejected")
    assert queue.stats() == {
        "accepted": 3,
        "sent": 2,
        "queued": 0,
        "spooled": 0,
        "dropped": {"rejected": 1},
        **NOTHING_RECOVERED,
    }


def test_a_batch_given_up_is_not_counted_again():
    queue = RecordQueue(10, 10_000)
    queue.put(record())
    batch = queue.take(10, 10_000)
    queue.put(record())
    queue.give_up("shutdown")
    assert not queue.is_in_flight(batch)
    queue.settle(batch)
    assert queue.stats() == {
        "accepted": 2,
        "sent": 0,
        "queued": 0,
        "spooled": 0,
        "dropped": {"shutdown": 2},
        **NOTHING_RECOVERED,
    }


def test_waiting_ends_when_everything_before_the_mark_is_settled():
    queue = RecordQueue(2, 10_000)
    queue.put(record(number=1))
    batch = queue.take(10, 10_000)
    mark = queue.end_position()
    for number in range(10):
        # Newer records that are dropped meanwhile must not be taken for the older one on its way.
        queue.put(record(number=number))
    assert not queue.wait_settled(mark, 0)
    queue.settle(batch)
    assert queue.wait_settled(mark, 0)


def test_waiting_is_woken_by_another_thread():
    queue = RecordQueue(10, 10_000)
    queue.put(record())
    batch = queue.take(10, 10_000)
    thread = threading.Timer(0.05, queue.settle, [batch])
    thread.start()
    assert queue.wait_settled(queue.end_position(), time.monotonic() + 30)
    thread.join()


actions = st.one_of(
    st.tuples(st.just("put"), st.integers(8, 3_000)),
    st.tuples(st.just("take"), st.integers(1, 5)),
    st.tuples(st.just("settle"), st.integers(0, 3)),
    st.tuples(st.just("error"), st.just(0)),
    st.tuples(st.just("give up in flight"), st.just(0)),
)


@given(st.lists(actions, max_size=60))
def test_the_accounts_balance_after_any_sequence(sequence):
    queue = RecordQueue(5, 4_000)
    in_flight = []
    put = 0
    for action, number in sequence:
        match action:
            case "put":
                queue.put(record(number))
                put += 1
            case "take":
                batch = queue.take(number, 2_000)
                in_flight += [batch] if batch else []
            case "settle" if in_flight:
                batch = in_flight.pop()
                queue.settle(batch, min(number, len(batch.records)), "rejected")
            case "error":
                queue.count_dropped("error")
                put += 1
            case "give up in flight":
                queue.give_up_in_flight("shutdown")
        assert queue.stats()["accepted"] == put
        assert balances(queue.stats())
        assert len(queue) <= 5


def test_the_accounts_balance_at_every_moment_under_threads():
    queue = RecordQueue(200, 200_000)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    done = threading.Event()
    seen = itertools.count()
    faults = []
    per_thread, producers = 5_000, 6

    def produce(seed):
        sizes = random.Random(seed)
        for _ in range(per_thread):
            queue.put(record(sizes.choice([10, 10, 10, 2_000])))

    def consume():
        while not done.is_set() or len(queue):
            batch = queue.take(50, 10_000)
            if batch is not None:
                queue.settle(batch, len(batch.records) // 3, "rejected")

    def watch():
        last = 0
        while not done.is_set():
            stats = queue.stats()
            next(seen)
            if not balances(stats) or stats["accepted"] < last:
                faults.append(stats)
            last = stats["accepted"]

    makers = [threading.Thread(target=produce, args=(seed,)) for seed in range(producers)]
    others = [threading.Thread(target=consume), threading.Thread(target=watch)]
    try:
        for thread in makers + others:
            thread.start()
        for thread in makers:
            thread.join()
        done.set()
        for thread in others:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not faults
    assert next(seen) > 0
    stats = queue.stats()
    assert stats["accepted"] == per_thread * producers
    assert stats["queued"] == 0
    assert balances(stats)
