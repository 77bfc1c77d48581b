"""What is remembered is what would be read now."""

import threading

import pytest
from prometheus_client import CollectorRegistry

from spanlog_keys import Access, Scope
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.remembered import Remembered


@pytest.fixture
def remembered(empty_store):
    empty_store.execute("CREATE TABLE changes (Number UInt8) ENGINE = Memory")
    return Remembered(empty_store)


class Reading:
    """Something to read that counts how often it was."""

    def __init__(self):
        self.count = 0

    def __call__(self):
        self.count += 1
        return self.count


def write(store):
    store.insert("changes", ["Number"], [[1]])


def test_a_value_is_read_once_until_something_is_written(remembered, empty_store):
    read = Reading()
    assert [remembered.get("states", read) for _ in range(3)] == [1, 1, 1]
    write(empty_store)
    assert [remembered.get("states", read) for _ in range(2)] == [2, 2]


def test_names_are_kept_apart(remembered):
    one, two = Reading(), lambda: "other"
    assert (remembered.get("one", one), remembered.get("two", two), remembered.get("one", one)) == (1, "other", 1)


def test_what_is_written_while_a_value_is_read_makes_it_old(remembered, empty_store):
    def read_and_be_overtaken():
        write(empty_store)
        return "old"

    assert remembered.get("states", read_and_be_overtaken) == "old"
    assert remembered.get("states", lambda: "new") == "new"


def test_a_refused_statement_makes_values_old_too(remembered, empty_store):
    from spanlog_collector.storage import StoreError

    remembered.get("states", lambda: "old")
    # It may have done a part of what it should.
    with pytest.raises(StoreError):
        empty_store.execute("INSERT INTO no_such_table VALUES (1)")
    assert remembered.get("states", lambda: "new") == "new"


def test_a_reader_after_a_write_never_gets_what_was_before(remembered, empty_store):
    written = [0]

    def write_and_look():
        for _ in range(5):
            with lock:
                write(empty_store)
                written[0] += 1
                found.append(remembered.get("count", lambda: written[0]) == written[0])

    found: list[bool] = []
    lock = threading.Lock()
    threads = [threading.Thread(target=write_and_look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 15
    assert all(found)


def test_nothing_is_remembered_of_a_caller_who_sees_certain_agents_alone(empty_store, remembered):
    metrics = Metrics(CollectorRegistry())
    everybody = QueryRunner(empty_store, metrics, "/test", remembered=remembered)
    bound = QueryRunner(
        empty_store, metrics, "/test", Access("bound", frozenset({Scope.READ}), frozenset({"one"})), remembered
    )
    everybody.remember("states", lambda: "all")
    everybody.keep_fact("text", "sample", 1)
    bound.keep_fact("secret", "sample", 2)
    assert bound.remember("states", lambda: "own") == "own"
    assert bound.fact("sample", 1) is None
    assert everybody.fact("sample", 2) is None
    assert everybody.remember("states", lambda: "read again") == "all"


def test_facts_are_bounded(remembered, monkeypatch):
    monkeypatch.setattr("spanlog_query_api.remembered._MAX_FACTS", 2)
    for number in range(3):
        remembered.keep_fact(number, str(number))
        remembered.fact(0)
    assert [remembered.fact(number) for number in range(3)] == ["0", None, "2"]
