"""Server-sent events by the rules of the standard, however the bytes are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog.query._event_stream import EventParser, ServerEvent

STREAM = (
    ": a comment\nretry: 2500\n\n"
    "id: 1\ndata: first\n\n"
    "data\n\n"
    "event: skipped\r\ndata: {\r\ndata: }\r\n\r\n"
    "id: 2\rdata:no space\r\r"
    "data:  two spaces: and ü\nunknown: x\n\n"
    "event: nothing to say\n\n"
    "id: 3\n\ndata: last\n\n"
    "data: not whole"
).encode()
EVENTS = [
    ServerEvent("message", "first", "1"),
    ServerEvent("message", "", "1"),
    ServerEvent("skipped", "{\n}", "1"),
    ServerEvent("message", "no space", "2"),
    ServerEvent("message", " two spaces: and ü", "2"),
    ServerEvent("message", "last", "3"),
]


def parsed(chunks: list[bytes]) -> tuple[EventParser, list[ServerEvent]]:
    parser = EventParser()
    return parser, [event for chunk in chunks for event in parser.feed(chunk)]


def test_the_events_that_are_whole_are_given() -> None:
    parser, events = parsed([STREAM])
    assert events == EVENTS
    assert (parser.last_id, parser.retry_seconds) == ("3", 2.5)


@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_it_does_not_matter_where_the_bytes_are_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    _, events = parsed([STREAM[a:b] for a, b in itertools.pairwise(places)])
    assert events == EVENTS


def test_every_byte_may_come_alone() -> None:
    assert parsed([bytes([byte]) for byte in STREAM])[1] == EVENTS


@pytest.mark.parametrize("field", [b"id: a\0b", b"retry: soon", b"retry: -1", b"retry: \xd9\xa1"])
def test_fields_that_are_none_are_passed_over(field: bytes) -> None:
    parser, events = parsed([field + b"\ndata: x\n\n"])
    assert events == [ServerEvent("message", "x", "")]
    assert parser.retry_seconds is None


def test_a_stream_without_lines_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spanlog.query._event_stream._MAX_EVENT_BYTES", 100)
    parser = EventParser()
    with pytest.raises(ValueError, match="no lines"):
        list(parser.feed(b"x" * 101))


@given(st.binary(max_size=200))
def test_any_bytes_are_taken(data: bytes) -> None:
    parsed([data, b"\n\n"])
