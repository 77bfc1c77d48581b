from datetime import UTC, datetime, timedelta, timezone

import pytest

from spanlog_cli.periods import rfc3339_of

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", "2026-11-20T07:58:30.000000Z"),
        ("30m", "2026-11-20T07:30:00.000000Z"),
        ("24h", "2026-11-19T08:00:00.000000Z"),
        ("7d", "2026-11-13T08:00:00.000000Z"),
        (" 2W ", "2026-11-06T08:00:00.000000Z"),
        ("2026-11-20T07:53:01Z", "2026-11-20T07:53:01.000000Z"),
        ("2026-11-20T07:53:01.123456789+02:00", "2026-11-20T05:53:01.123456Z"),
        ("2026-11-20 07:53:01", "2026-11-20T07:53:01.000000Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000000Z"),
    ],
)
def test_periods_and_times_become_rfc3339(text, expected):
    assert rfc3339_of(text, NOW) == expected


def test_now_may_be_in_any_zone():
    assert rfc3339_of("1h", NOW.astimezone(timezone(timedelta(hours=5)))) == "2026-11-20T07:00:00.000000Z"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "24", "-1h", "1h30m", "2026-13-01", "999999999w", "0001-01-01T00:00:00+14:00"]
)
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"is neither|too long ago|out of range"):
        rfc3339_of(text, NOW)
