"""What is too large is cut, and says so; and what is cut is not cut through a secret."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog._cut import cut_middle, cut_text, is_longer

LIMIT = 10_000


def fail(message):
    raise ValueError(message)


@given(st.text(max_size=200), st.integers(1, 300))
def test_a_text_is_longer_if_its_bytes_are(text, max_bytes):
    assert is_longer(text, max_bytes) == (len(text.encode(errors="replace")) > max_bytes)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=50, max_size=3_000), st.integers(1, 4_000))
def test_a_cut_text_is_the_beginning_and_fits(text, max_bytes):
    head, _, mark = cut_text(text, max_bytes).rpartition("… [")
    assert text.startswith(head)
    assert len(head.encode()) <= max_bytes
    assert mark == f"{len(text) - len(head)} characters cut]"


@pytest.mark.parametrize(
    "secret", ["password=hunter2hunter2", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "4111 1111 1111 1111"]
)
def test_no_part_of_a_token_is_left_where_the_cut_goes_through_it(secret):
    before = "word " * 1_000
    for length in range(1, len(secret)):
        cut = cut_text(before + secret + " and more" * 500, len(before) + length)
        assert cut.partition("…")[0].strip() == before.strip()


def test_of_a_token_without_an_end_so_much_is_left_that_it_still_is_one():
    cut = cut_text("eyJ" + "a" * 100_000, 50_000)
    assert 48_000 < len(cut) < 50_000


def test_of_a_stack_both_ends_are_kept():
    text = "".join(f"line {number}\n" for number in range(5_000))
    cut = cut_middle(text, 1_000)
    assert cut.startswith("line 0\n")
    assert cut.endswith("line 4999\n")
    assert "characters cut]" in cut
    assert len(cut) < 1_100


def test_a_message_that_is_too_large_is_cut_and_marked(encoded, make_record):
    received = encoded(make_record("big %s", "word " * 10_000), max_value_bytes=LIMIT)
    assert received.body.startswith("big word")
    assert received.body.endswith("characters cut]")
    assert len(received.body) < LIMIT + 100
    assert received.attributes["spanlog.truncated"] == ["body"]
    assert received.attributes["spanlog.template"] == "big %s"


@pytest.mark.parametrize(
    "value",
    [
        "word " * 10_000,
        b"x" * 50_000,
        list(range(100_000)),
        ["word " * 100] * 1_000,
        {f"key {number}": number for number in range(50_000)},
        {"a": {"b": {"c": ["word"] * 100_000}}},
        10**4_000 * 10,
    ],
)
def test_an_attribute_that_is_too_large_is_cut_and_its_neighbours_are_not(encoded, make_record, value):
    for _ in range(2):
        received = encoded(make_record(extra={"large": value, "small": "x"}), max_value_bytes=2_000)
        assert received.attributes["spanlog.truncated"] == ["large"]
        assert received.attributes["small"] == "x"
        assert received.message.ByteSize() < 6_000


def test_what_is_large_but_fits_is_whole(encoded, make_record):
    value = "word " * 10_000
    received = encoded(make_record("%s", value, extra={"large": value}))
    assert (received.body, received.attributes["large"]) == (value, value)
    assert "spanlog.truncated" not in received.attributes


def test_a_huge_value_is_not_rendered_only_to_be_cut(encoded, make_record):
    class Endless(list):
        def __iter__(self):
            while True:
                yield 1

    assert encoded(make_record(extra={"endless": Endless([1])}), max_value_bytes=1_000).attributes["endless"][0] == 1


def test_an_exception_with_a_huge_message_is_cut_and_marked(encoded, make_record):
    try:
        fail("word " * 10_000)
    except ValueError:
        received = encoded(make_record(exc_info=sys.exc_info()), max_value_bytes=2_000)
    found = received.attributes
    assert found["exception.message"].endswith("characters cut]")
    assert found["exception.stacktrace"].startswith("Traceback")
    assert found["spanlog.truncated"] == ["exception", "exception.stacktrace"]
    assert received.message.ByteSize() < 10_000


def test_a_long_chain_is_cut_in_the_middle(encoded, make_record):
    error = ValueError("oldest")
    for number in range(40):
        newer = ValueError(f"{number} " + "word " * 50)
        newer.__cause__ = error
        error = newer
    found = encoded(make_record(exc_info=(ValueError, error, None)), max_value_bytes=3_000).attributes
    assert found["exception.stacktrace"].startswith("ValueError: oldest")
    assert found["exception.stacktrace"].endswith("word \n")
    assert found["spanlog.truncated"] == ["exception.stacktrace"]


def test_a_group_that_is_too_large_is_cut(encoded, make_record):
    group = ExceptionGroup("many", [ValueError("word " * 100) for _ in range(50)])
    found = encoded(make_record(exc_info=(ExceptionGroup, group, None)), max_value_bytes=2_000).attributes
    assert len(found["exception.stacktrace"]) < 2_200
    assert found["spanlog.truncated"] == ["exception"]


def test_every_thing_that_was_cut_is_named_once(encoded, make_record):
    large = "word " * 1_000
    try:
        fail(large)
    except ValueError:
        record = make_record("%s", large, exc_info=sys.exc_info(), extra={"a": large, "b": 1})
    found = encoded(record, max_value_bytes=500).attributes
    assert found["spanlog.truncated"] == ["exception", "body", "a", "exception.stacktrace"]
