"""The one door."""

from types import SimpleNamespace

import pytest

from spanlog_keys import (
    ForbiddenError,
    Gate,
    KeyFile,
    KeyRequest,
    KeyRing,
    RateLimits,
    Scope,
    TooManyRequestsError,
    UnauthenticatedError,
)
from spanlog_keys.rates import MAX_BUCKETS, TokenBuckets


@pytest.fixture
def clock(monkeypatch):
    """The time by which tokens come: what a limit allows must not depend on how fast the machine is."""
    now = [1000.0]
    monkeypatch.setattr("spanlog_keys.rates.time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_a_key_opens_what_it_is_for(tmp_path):
    file = KeyFile(tmp_path)
    _, secret = file.create(KeyRequest("a", frozenset({Scope.READ})), "ana")
    gate = Gate(KeyRing(file))
    assert gate.admit(f"Bearer {secret}", Scope.READ).name == "a"
    with pytest.raises(ForbiddenError, match="the key a has no scope write"):
        gate.admit(f"Bearer {secret}", Scope.WRITE)
    with pytest.raises(UnauthenticatedError, match="needs the header Authorization") as refused:
        gate.admit("Bearer wrong-one", Scope.READ)
    assert "wrong-one" not in str(refused.value)
    assert gate.refused == {(Scope.WRITE, "scope"): 1, (Scope.READ, "unknown_key"): 1}


def test_without_a_limit_nothing_is_counted():
    gate = Gate(KeyRing())
    for _ in range(1000):
        gate.admit(None, Scope.READ, "127.0.0.1")
    assert not gate._buckets._buckets


def test_each_key_has_its_own_limit_and_each_kind_of_request(tmp_path, clock):
    file = KeyFile(tmp_path)
    scopes = frozenset({Scope.READ, Scope.INGEST})
    _, first = file.create(KeyRequest("a", scopes), "ana")
    _, second = file.create(KeyRequest("b", scopes), "ana")
    gate = Gate(KeyRing(file), RateLimits(read=2, ingest=3))
    for secret in (first, second):
        for scope, allowed in ((Scope.READ, 2), (Scope.INGEST, 3)):
            for _ in range(allowed):
                gate.admit(f"Bearer {secret}", scope, "10.0.0.1")
            with pytest.raises(TooManyRequestsError) as refused:
                gate.admit(f"Bearer {secret}", scope, "10.0.0.2")
            assert refused.value.retry_after_seconds == 1


def test_a_keys_own_limit_takes_the_place_of_the_stacks(tmp_path, clock):
    file = KeyFile(tmp_path)
    read = frozenset({Scope.READ})
    _, free = file.create(KeyRequest("free", read, read_limit=0), "ana")
    _, slow = file.create(KeyRequest("slow", read, read_limit=0.1), "ana")
    gate = Gate(KeyRing(file), RateLimits(read=1))
    for _ in range(100):
        gate.admit(f"Bearer {free}", Scope.READ)
    gate.admit(f"Bearer {slow}", Scope.READ)
    with pytest.raises(TooManyRequestsError) as refused:
        gate.admit(f"Bearer {slow}", Scope.READ)
    assert refused.value.retry_after_seconds == 10


def test_where_no_key_is_asked_for_each_address_has_its_own(clock):
    gate = Gate(KeyRing(), RateLimits(read=1))
    gate.admit(None, Scope.READ, "127.0.0.1")
    gate.admit("Bearer whatever", Scope.READ, "127.0.0.2")
    with pytest.raises(TooManyRequestsError):
        gate.admit("Bearer another", Scope.READ, "127.0.0.1")


def test_tokens_come_back_with_time_up_to_a_seconds_worth(clock):
    buckets = TokenBuckets()
    assert [buckets.take("a", 2) for _ in range(3)] == [0.0, 0.0, 0.5]
    clock[0] += 0.5
    assert [buckets.take("a", 2) for _ in range(2)] == [0.0, 0.5]
    clock[0] += 3600
    assert [buckets.take("a", 2) for _ in range(3)] == [0.0, 0.0, 0.5]


def test_who_is_refused_does_not_wait_longer_for_asking_again(clock):
    buckets = TokenBuckets()
    buckets.take("a", 1)
    assert {buckets.take("a", 1) for _ in range(50)} == {1.0}
    clock[0] += 1
    assert buckets.take("a", 1) == 0.0


def test_callers_without_end_take_no_memory_without_end(clock):
    buckets = TokenBuckets()
    for number in range(MAX_BUCKETS + 500):
        buckets.take(number, 1)
    assert len(buckets._buckets) == MAX_BUCKETS
