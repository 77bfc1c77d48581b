from __future__ import annotations

import logging

import pytest


@pytest.mark.parametrize(
    ("level", "number", "text"),
    [
        (logging.DEBUG, 5, "DEBUG"),
        (logging.INFO, 9, "INFO"),
        (logging.WARNING, 13, "WARN"),
        (logging.ERROR, 17, "ERROR"),
        (logging.CRITICAL, 21, "FATAL"),
        (15, 7, "Level 15"),
        (25, 11, "Level 25"),
        (35, 15, "Level 35"),
        (6, 3, "Level 6"),
        (1, 1, "Level 1"),
        (-100, 1, "Level -100"),
        (100, 24, "Level 100"),
    ],
)
def test_levels_become_severities_of_opentelemetry(encoded, make_record, level, number, text):
    message = encoded(make_record(level=level)).message
    assert (message.severity_number, message.severity_text) == (number, text)


def test_a_custom_level_keeps_its_name(encoded, make_record):
    logging.addLevelName(27, "NOTICE")
    assert encoded(make_record(level=27)).message.severity_text == "NOTICE"
