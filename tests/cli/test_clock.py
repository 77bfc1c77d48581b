from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog_cli.recognise.clock import Clock, Minute, unix_nano_of_epoch

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def nano(text):
    return round(datetime.fromisoformat(text).timestamp()) * 1_000_000_000


def test_fraction_is_kept_to_the_nanosecond():
    clock = Clock(UTC, NOW)
    assert clock.unix_nano(Minute(2026, 11, 20, 7, 53), 1, "123456789") == nano("2026-11-20T07:53:01Z") + 123_456_789
    assert clock.unix_nano(Minute(2026, 11, 20, 7, 53), 1, "5") == nano("2026-11-20T07:53:01Z") + 500_000_000


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Z", "2026-11-20T07:53:00+00:00"),
        ("GMT", "2026-11-20T07:53:00+00:00"),
        ("+02", "2026-11-20T07:53:00+02:00"),
        ("+0530", "2026-11-20T07:53:00+05:30"),
        ("-08:00", "2026-11-20T07:53:00-08:00"),
    ],
)
def test_zone_of_the_stamp_goes_before_the_clocks(zone, expected):
    assert Clock(ZoneInfo("Asia/Tokyo"), NOW).unix_nano(Minute(2026, 11, 20, 7, 53, zone), 0) == nano(expected)


def test_stamp_without_zone_is_in_the_clocks_zone_with_its_daylight_saving():
    clock = Clock(ZoneInfo("Europe/Berlin"), NOW)
    assert clock.unix_nano(Minute(2026, 7, 1, 12, 0), 0) == nano("2026-07-01T12:00:00+02:00")
    assert clock.unix_nano(Minute(2026, 12, 1, 12, 0), 0) == nano("2026-12-01T12:00:00+01:00")


def test_missing_year_is_the_latest_that_is_not_in_the_future():
    clock = Clock(UTC, NOW)
    assert clock.unix_nano(Minute(None, 11, 20, 7, 53), 1) == nano("2026-11-20T07:53:01Z")
    assert clock.unix_nano(Minute(None, 12, 31, 23, 59), 1) == nano("2025-12-31T23:59:01Z")
    assert clock.unix_nano(Minute(None, 1, 1, 0, 0), 1) == nano("2026-01-01T00:00:01Z")


def test_clock_that_is_ahead_does_not_put_a_line_a_year_back():
    assert Clock(UTC, NOW).unix_nano(Minute(None, 11, 20, 12, 0), 0) == nano("2026-11-20T12:00:00Z")


def test_missing_year_of_a_leap_day_is_a_leap_year():
    assert Clock(UTC, NOW).unix_nano(Minute(None, 2, 29, 7, 0), 0) == nano("2024-02-29T07:00:00Z")


def test_new_year_is_crossed_in_the_zone_of_the_log():
    just_after = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    clock = Clock(timezone(timedelta(hours=-8)), just_after)
    assert clock.unix_nano(Minute(None, 12, 31, 16, 29), 0) == nano("2026-01-01T00:29:00Z")


@pytest.mark.parametrize(
    ("minute", "second"),
    [
        (Minute(2026, 13, 1, 0, 0), 0),
        (Minute(2026, 2, 30, 0, 0), 0),
        (Minute(2026, 1, 1, 24, 0), 0),
        (Minute(2026, 1, 1, 0, 60), 0),
        (Minute(2026, 1, 1, 0, 0), 61),
        (Minute(0, 1, 1, 0, 0), 0),
        (Minute(1969, 1, 1, 0, 0), 0),
        (Minute(9999, 1, 1, 0, 0), 0),
        (Minute(2026, 1, 1, 0, 0, "+99:99"), 0),
    ],
)
def test_what_is_no_time_or_cannot_be_stored_is_none(minute, second):
    assert Clock(UTC, NOW).unix_nano(minute, second) is None


def test_leap_second_is_the_second_before():
    assert Clock(UTC, NOW).unix_nano(Minute(2016, 12, 31, 23, 59), 60) == nano("2016-12-31T23:59:59Z")


@pytest.mark.parametrize("text", ["1763625181", "1763625181000", "1763625181000000", "1763625181000000000"])
def test_epoch_unit_is_told_by_its_size(text):
    assert unix_nano_of_epoch(text) == 1_763_625_181_000_000_000


def test_epoch_fraction_is_exact():
    assert unix_nano_of_epoch("1763625181.123456789") == 1_763_625_181_123_456_789
    assert unix_nano_of_epoch("1763625181123.5") == 1_763_625_181_123_500_000


@pytest.mark.parametrize("text", ["", "abc", "0", "-1", "1e9", "12", "99999999999999999999", "1.2.3", "١٧٦٣٦٢٥١٨١"])
def test_what_is_no_epoch_is_none(text):
    assert unix_nano_of_epoch(text) is None


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - naive
def test_any_stamp_with_an_offset_is_what_datetime_says(moment, offset_minutes):
    sign = "-" if offset_minutes < 0 else "+"
    text = f"{sign}{abs(offset_minutes) // 60:02d}:{abs(offset_minutes) % 60:02d}"
    expected = moment.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)), microsecond=0)
    minute = Minute(moment.year, moment.month, moment.day, moment.hour, moment.minute, text)
    assert Clock(UTC, NOW).unix_nano(minute, moment.second) == int(expected.timestamp()) * 1_000_000_000
