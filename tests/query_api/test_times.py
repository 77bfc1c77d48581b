"""RFC 3339 text and nanoseconds: nothing is lost, and what is no time is refused."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog_query_api.times import format_milliseconds, format_time, parse_time

LAST = 2**32 * 10**9 - 1


@given(st.integers(0, LAST))
def test_what_is_written_is_read_to_the_nanosecond(nanoseconds):
    assert parse_time(format_time(nanoseconds)) == nanoseconds


@given(st.datetimes(datetime(1970, 1, 2), datetime(2106, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_zones_are_read_as_the_standard_library_reads_them(moment):
    offset = moment.utcoffset()
    if offset.total_seconds() % 60:
        return
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // (datetime.resolution)
    assert parse_time(moment.isoformat()) == expected * 1000


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert 0 <= parse_time(text) <= LAST


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00:01Z", 10**9),
        ("1970-01-01t00:00:01z", 10**9),
        ("1970-01-01 00:00:01.5", 1_500_000_000),
        ("1970-01-01T00:00:01,000000001Z", 1_000_000_001),
        ("1970-01-01T01:00+01:00", 0),
        ("1970-01-01T01:00 01:00", 0),
        ("1970-01-01T00:00:00-0030", 1800 * 10**9),
        ("2106-02-07T06:28:15.999999999Z", LAST),
    ],
)
def test_spellings(text, nanoseconds):
    assert parse_time(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1700000000",
        "2026-13-01",
        "2026-11-20T",
        "2026-11-20T24:01",
        "2026-11-20T08:15:60Z",
        "2026-11-20T08:15:00.1234567890Z",
        "2026-11-20T08:15:00+24:00",
        "2106-02-07T06:28:16Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "2026-W47-5",
        "20261120",
        "2026-11-20T08:15:00Z\n",
        "٢٠٢٦-١١-٢٠",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"not a|out of range"):
        parse_time(text)


def test_milliseconds_are_written_with_three_digits():
    assert format_milliseconds(1_763_625_600_007) == "2025-11-20T08:00:00.007Z"
