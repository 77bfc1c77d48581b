"""Durations as Go spells them. The expectations are those of Go's own tests and documentation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog_query_api.jaeger.durations import format_duration, parse_duration

S = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0), ("5s", 5 * S), ("30s", 30 * S), ("1478s", 1478 * S), ("-5s", -5 * S), ("+5s", 5 * S), ("-0", 0),
        ("5.0s", 5 * S), ("5.6s", 5 * S + 600_000_000), ("5.s", 5 * S), (".5s", S // 2), ("1.004s", S + 4_000_000),
        ("10ns", 10), ("11us", 11_000), ("12µs", 12_000), ("12μs", 12_000), ("13ms", 13_000_000), ("14s", 14 * S),
        ("15m", 900 * S), ("16h", 57_600 * S), ("3h30m", 12_600 * S), ("10.5s4m", 250 * S + S // 2),
        ("1h2m3s4ms5us6ns", 3_723_004_005_006), ("52763797000ns", 52_763_797_000),
        ("0.3333333333333333333h", 1200 * S - 1), ("9223372036854775807ns", 2**63 - 1),
    ],
)  # fmt: skip
def test_what_go_reads_is_read(text, nanoseconds):
    assert abs(parse_duration(text) - nanoseconds) <= 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'invalid duration ""'), ("3", 'missing unit in duration "3"'), ("-", 'invalid duration "-"'),
        ("s", 'invalid duration "s"'), (".", 'invalid duration "."'), (".s", 'invalid duration ".s"'),
        ("3000000h", 'invalid duration "3000000h"'), ("5d", 'unknown unit "d" in duration "5d"'),
        ("1h5", 'missing unit in duration "1h5"'), ("1 s", 'unknown unit " s" in duration "1 s"'),
    ],
)  # fmt: skip
def test_what_go_refuses_is_refused_in_its_words(text, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        parse_duration(text)
    assert str(caught.value) == f"time: {message}"


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"), (1, "1ns"), (1100, "1.1µs"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"),
        (4 * 60 * S + 5 * S, "4m5s"),
        (4 * 60 * S + 5_001_000_000, "4m5.001s"), (5 * 3600 * S + 6 * 60 * S + 7_001_000_000, "5h6m7.001s"),
        (8 * 60 * S + 1, "8m0.000000001s"), (2**63 - 1, "2562047h47m16.854775807s"), (-S // 2, "-500ms"),
        (3600 * S, "1h0m0s"),
    ],
)  # fmt: skip
def test_a_duration_is_written_as_go_prints_it(nanoseconds, text):
    assert format_duration(nanoseconds) == text


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_what_is_written_is_read_again(nanoseconds):
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds
