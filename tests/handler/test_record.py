from __future__ import annotations

import copy
import logging
import pickle
import sys
import time
import uuid

import pytest


class Hostile:
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def test_the_message_is_the_body_and_its_template_goes_along(encoded, make_record):
    received = encoded(make_record("order %s of %d failed", "ETH", 3))
    assert received.body == "order ETH of 3 failed"
    assert received.attributes["spanlog.template"] == "order %s of %d failed"


def test_a_message_without_arguments_has_no_template(encoded, make_record):
    assert "spanlog.template" not in encoded(make_record("order ETH failed")).attributes


def test_named_arguments_are_rendered(encoded, make_record):
    assert encoded(make_record("%(pair)s", {"pair": "ETH"})).body == "ETH"


def test_the_logger_is_the_scope_and_the_place_is_told(encoded, make_record):
    received = encoded(make_record())
    found = received.attributes
    assert received.scope == "app"
    assert found["code.file.path"] == "/srv/app/bot.py"
    assert found["code.function.name"] == "trade"
    assert found["code.line.number"] == 17
    assert found["thread.name"] == "MainThread"


@pytest.mark.parametrize(
    ("message", "args", "error"),
    [
        ("%d items", ("x",), "TypeError"),
        ("%s and %s", ("one",), "TypeError"),
        ("nothing to fill", ("a", "b"), "TypeError"),
        ("%(name)s", ("x",), "TypeError"),
        ("100%", ("x",), "ValueError"),
        ("%s", (Hostile(),), "RuntimeError"),
    ],
)
def test_arguments_that_do_not_fit_are_kept_and_marked(encoded, make_record, message, args, error):
    received = encoded(make_record(message, *args))
    assert received.body.startswith(f"{message} [args: ")
    assert received.attributes["spanlog.format_error"].startswith(error)
    assert received.attributes["spanlog.template"] == message


@pytest.mark.parametrize("message", [None, 17, {"a": 1}, ["x"], b"bytes", 1.5, uuid.UUID(int=1)])
def test_any_object_may_be_the_message(encoded, make_record, message):
    received = encoded(make_record(message))
    assert received.body == str(message)
    assert "spanlog.format_error" not in received.attributes


def test_an_object_that_cannot_show_itself_is_marked(encoded, make_record):
    received = encoded(make_record(Hostile()))
    assert received.body == "<unprintable Hostile: RuntimeError>"
    assert received.attributes["spanlog.format_error"].startswith("RuntimeError")


def test_an_exception_as_the_message_is_described(encoded, make_record):
    received = encoded(make_record(ValueError("x")))
    assert received.body == "x"
    assert received.attributes["exception.type"] == "ValueError"
    assert received.attributes["exception.message"] == "x"
    assert "exception.stacktrace" not in received.attributes


def test_an_exception_as_the_message_brings_its_stack_if_it_was_raised(encoded, make_record):
    try:
        int("x")
    except ValueError as error:
        received = encoded(make_record(error))
    assert received.attributes["exception.stacktrace"].startswith("Traceback (most recent call last):\n")


def test_an_exception_is_described_with_its_whole_chain(encoded, make_record):
    try:
        try:
            int("x")
        except ValueError:
            {}["missing"]
    except KeyError:
        found = encoded(make_record(exc_info=sys.exc_info())).attributes
    assert found["exception.type"] == "KeyError"
    assert found["exception.message"] == "'missing'"
    assert "ValueError: invalid literal" in found["exception.stacktrace"]
    assert found["exception.stacktrace"].endswith("KeyError: 'missing'\n")


@pytest.mark.parametrize("exc_info", [None, False, (None, None, None), (), True])
def test_no_active_exception_is_harmless(encoded, make_record, exc_info):
    received = encoded(make_record("calm", exc_info=exc_info))
    assert received.body == "calm"
    assert not [name for name in received.attributes if name.startswith("exception.")]


def test_the_text_of_an_exception_survives_a_pickle(encoded, make_record):
    record = make_record()
    record.exc_text = "Traceback …\nValueError: x"
    found = encoded(pickle.loads(pickle.dumps(record))).attributes
    assert found["exception.stacktrace"] == "Traceback …\nValueError: x"


def test_the_stack_of_the_call_is_told(encoded, make_record):
    found = encoded(make_record(sinfo="Stack (most recent call last):\n  …")).attributes
    assert found["code.stacktrace"].startswith("Stack (most recent call last)")


def test_a_formatter_makes_the_body(encoded, make_record):
    received = encoded(make_record("order %s", "ETH"), logging.Formatter("%(levelname)s|%(message)s"))
    assert received.body == "INFO|order ETH"
    assert received.attributes["spanlog.template"] == "order %s"


def test_a_formatter_does_not_put_the_stack_into_the_body(encoded, make_record):
    record = make_record(exc_info=(ValueError, ValueError("x"), None), sinfo="Stack")
    received = encoded(record, logging.Formatter("%(message)s"))
    assert received.body == "hello"
    assert received.attributes["exception.type"] == "ValueError"
    assert received.attributes["code.stacktrace"] == "Stack"


def test_a_formatter_that_fails_costs_nothing_but_itself(encoded, make_record):
    received = encoded(make_record("order %s", "ETH"), logging.Formatter("%(missing)s"))
    assert received.body == "order %s [args: ('ETH',)]"
    assert received.attributes["spanlog.format_error"].startswith("ValueError")


def test_the_record_is_left_as_it_was(encoded, make_record):
    record = make_record("order %s", "ETH", exc_info=(ValueError, ValueError("x"), None), extra={"metadata": {"a": 1}})
    before = copy.copy(vars(record))
    encoded(record)
    encoded(record, logging.Formatter("%(asctime)s %(message)s"))
    assert vars(record) == before


def test_the_time_is_the_records_and_the_observed_time_is_now(encoded, make_record):
    record = make_record()
    record.created = 1_700_000_000.25
    before = time.time_ns()
    message = encoded(record).message
    assert message.time_unix_nano == 1_700_000_000_250_000_000
    assert before <= message.observed_time_unix_nano <= time.time_ns()


@pytest.mark.parametrize("created", [float("nan"), float("inf"), -1.0, None, "yesterday", 1e30, 0.0])
def test_an_impossible_time_is_replaced_by_now(encoded, make_record, created):
    record = make_record()
    record.created = created
    message = encoded(record).message
    assert message.time_unix_nano == message.observed_time_unix_nano > 0


def test_every_record_has_an_id_of_its_own(encoded, make_record):
    ids = [encoded(make_record()).attributes["log.record.uid"] for _ in range(1_000)]
    assert len(set(ids)) == len(ids)
    for text in ids:
        assert uuid.UUID(text).version == 7
        assert uuid.UUID(text).variant == uuid.RFC_4122
        assert str(uuid.UUID(text)) == text


def test_the_id_holds_the_records_time(encoded, make_record):
    record = make_record()
    record.created = 1_700_000_000.125
    milliseconds = uuid.UUID(encoded(record).attributes["log.record.uid"]).int >> 80
    assert milliseconds == 1_700_000_000_125


def test_one_call_site_with_several_levels_and_templates_is_told_apart(encoded, make_record):
    for level, message in ((20, "a %s"), (40, "a %s"), (20, "b %s")):
        received = encoded(make_record(message, 1, level=level))
        assert received.message.severity_number == {20: 9, 40: 17}[level]
        assert received.attributes["spanlog.template"] == message


def test_any_number_of_call_sites_and_templates_is_encoded(encoded, make_record):
    for number in range(10_000):
        record = make_record(f"message {number} %s", 1)
        record.lineno = number
        found = encoded(record).attributes
        assert found["code.line.number"] == number
        assert found["spanlog.template"] == f"message {number} %s"
