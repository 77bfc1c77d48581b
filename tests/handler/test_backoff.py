"""Pauses between tries."""

from __future__ import annotations

import random
import time

import pytest

from spanlog._backoff import Backoff
from spanlog._transport import Outcome

UNREACHABLE = Outcome(None)


def pause_after(backoff, outcome):
    backoff.failed(outcome)
    return backoff.not_before - time.monotonic()


def test_pauses_double_up_to_the_longest_and_are_never_all_alike():
    backoffs = [Backoff(1.0, 8.0) for _ in range(50)]
    for wanted in (1, 2, 4, 8, 8):
        pauses = [pause_after(backoff, UNREACHABLE) for backoff in backoffs]
        assert all(wanted * 0.4 < pause <= wanted * 1.01 for pause in pauses)
        assert len(set(pauses)) > 1


def test_an_answer_starts_anew():
    backoff = Backoff(1.0, 8.0)
    for _ in range(5):
        backoff.failed(UNREACHABLE)
    backoff.answered(Outcome(200))
    assert (backoff.not_before, backoff.is_free) == (0.0, True)
    assert pause_after(backoff, UNREACHABLE) <= 1.01
    assert not backoff.is_free


def test_a_refusal_is_an_answer_and_no_free_way():
    backoff = Backoff(1.0, 8.0)
    backoff.failed(UNREACHABLE)
    backoff.answered(Outcome(400))
    assert (backoff.not_before, backoff.is_free) == (0.0, False)


def test_what_the_collector_asks_for_is_the_least():
    assert pause_after(Backoff(1.0, 8.0), Outcome(429, retry_after_seconds=100.0)) > 99
    assert pause_after(Backoff(60.0, 60.0), Outcome(429, retry_after_seconds=1.0)) > 29


@pytest.mark.parametrize(("asked", "is_kept"), [(None, False), (0.0, False), (100.0, True)])
def test_at_the_end_only_a_pause_that_was_asked_for_is_kept(asked, is_kept):
    backoff = Backoff(1.0, 8.0)
    backoff.failed(Outcome(503, retry_after_seconds=asked))
    backoff.hurry()
    assert (backoff.not_before > 0) == is_kept


def test_a_thousand_failures_are_no_overflow():
    backoff = Backoff(1.0, 8.0)
    for _ in range(2_000):
        backoff.failed(UNREACHABLE)
    assert backoff.not_before < time.monotonic() + 9


def test_a_program_s_own_random_numbers_stay_its_own():
    random.seed(7)
    expected = random.random()
    random.seed(7)
    Backoff(1.0, 8.0).failed(UNREACHABLE)
    assert random.random() == expected
