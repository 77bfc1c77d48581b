import pytest

from spanlog_cli.recognise.severity import Severity, of_number, of_syslog_priority, of_word


@pytest.mark.parametrize(
    ("number", "level"),
    [
        (1, "debug"),
        (5, "debug"),
        (9, "info"),
        (10, "info"),
        (13, "warn"),
        (17, "error"),
        (20, "error"),
        (21, "critical"),
        (24, "critical"),
    ],
)
def test_level_is_the_log_apis_word(number, level):
    assert Severity(number, "X").level == level


@pytest.mark.parametrize("word", ["WARN", "warning", "Wrn"])
def test_words_are_read_in_any_case(word):
    assert of_word(word) == Severity(13, "WARN")


def test_other_words_are_no_levels():
    assert of_word("errors") is None


def test_syslog_priority_holds_the_severity_in_its_last_three_bits():
    assert [of_syslog_priority(8 + code).text for code in range(8)] == [
        "EMERGENCY",
        "ALERT",
        "FATAL",
        "ERROR",
        "WARN",
        "NOTICE",
        "INFO",
        "DEBUG",
    ]
    assert of_syslog_priority(192) is None


def test_numbers_are_those_of_pino_and_of_syslog():
    assert [of_number(number).text for number in (10, 20, 30, 40, 50, 60)] == [
        "TRACE",
        "DEBUG",
        "INFO",
        "WARN",
        "ERROR",
        "FATAL",
    ]
    assert of_number(0).text == "EMERGENCY"
    assert [of_number(number) for number in (-1, 8, 9, 61, 1000)] == [None] * 5
