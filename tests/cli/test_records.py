"""Tracebacks are those of real exceptions, printed by the interpreter itself."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.records import MAX_RECORD_CHARACTERS, RecordAssembler
from spanlog_cli.recognise.severity import INFO

NOW = 1_763_625_181_000_000_000


def records_of(text):
    assembler = RecordAssembler(Clock(UTC, datetime(2026, 11, 20, 8, 0, tzinfo=UTC)), INFO, lambda: NOW)
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        records += assembler.add(number, line)
    return [*records, *assembler.finish()]


def logged(*fail):
    """Log what the functions raise with the logging module's own traceback."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s"))
    logger = logging.Logger("bot")  # noqa: LOG001 - one that other tests do not have
    logger.addHandler(handler)
    for function in fail:
        try:
            function()
        except Exception:
            logger.exception("round failed")
        logger.info("going on")
    return stream.getvalue()


def plain_failure():
    return {}["price"]


def chained_failure():
    try:
        plain_failure()
    except KeyError as error:
        raise RuntimeError("no quote") from error


def failure_while_handling():
    try:
        plain_failure()
    except KeyError:
        [].pop()


def group_failure():
    errors = []
    for function in (plain_failure, failure_while_handling):
        try:
            function()
        except LookupError as error:
            errors.append(error)
    raise ExceptionGroup("two of two", errors)


def test_traceback_belongs_to_the_record_before_it():
    text = logged(plain_failure, plain_failure)
    first, second, third, fourth = records_of(text)
    assert first.body + "\n" + second.body + "\n" + third.body + "\n" + fourth.body + "\n" == text
    assert second.body.endswith("INFO - going on")
    assert first.attributes["exception.type"] == "KeyError"
    assert first.attributes["exception.message"] == "'price'"
    assert first.attributes["exception.stacktrace"].startswith("Traceback (most recent call last):\n  File ")
    assert first.attributes["exception.stacktrace"].endswith("KeyError: 'price'")
    assert (first.severity.text, second.severity.text) == ("ERROR", "INFO")
    assert second.attributes == {}


def test_chain_is_one_record_and_the_last_exception_counts():
    for failure, kind, message in (
        (chained_failure, "RuntimeError", "no quote"),
        (failure_while_handling, "IndexError", "pop from empty list"),
    ):
        record, after = records_of(logged(failure))
        assert (record.attributes["exception.type"], record.attributes["exception.message"]) == (kind, message)
        assert record.attributes["exception.stacktrace"].count("Traceback (most recent call last):") == 2
        assert after.body.endswith("going on")


def test_exception_group_is_one_record_and_the_group_is_the_exception():
    record, after = records_of(logged(group_failure))
    assert record.attributes["exception.type"] == "ExceptionGroup"
    assert record.attributes["exception.message"] == "two of two (2 sub-exceptions)"
    assert "KeyError: 'price'" in record.attributes["exception.stacktrace"]
    assert after.body.endswith("going on")


def test_what_the_interpreter_prints_at_its_end_is_an_error():
    done = subprocess.run(
        [sys.executable, "-c", "def f(n):\n    return f(n - 1) if n else 1 / 0\nf(10)"], capture_output=True, text=True
    )
    (record,) = records_of(done.stderr)
    assert (record.attributes["exception.type"], record.severity.text) == ("ZeroDivisionError", "ERROR")


def test_two_tracebacks_without_a_link_are_two_records():
    done = subprocess.run([sys.executable, "-c", "[].pop()"], capture_output=True, text=True)
    records = records_of(done.stderr * 2)
    assert [record.attributes["exception.type"] for record in records] == ["IndexError", "IndexError"]
    assert [record.first_line for record in records] == [1, 4]


def test_syntax_error_and_exception_without_message_are_read():
    done = subprocess.run([sys.executable, "-c", "exec('a b')"], capture_output=True, text=True)
    assert records_of(done.stderr)[0].attributes["exception.type"] == "SyntaxError"
    done = subprocess.run([sys.executable, "-c", "raise RuntimeError"], capture_output=True, text=True)
    (record,) = records_of(done.stderr)
    assert (record.attributes["exception.type"], record.attributes["exception.message"]) == ("RuntimeError", "")


def test_indented_lines_belong_to_the_line_before():
    first, second = records_of("2026-11-20 07:53:01 config:\n  a: 1\n\tb: 2\n2026-11-20 07:53:02 next")
    assert first.body == "2026-11-20 07:53:01 config:\n  a: 1\n\tb: 2"
    assert (second.first_line, second.body) == (4, "2026-11-20 07:53:02 next")


def test_indented_line_with_a_time_of_its_own_is_a_record():
    assert len(records_of("2026-11-20 07:53:01 a\n  2026-11-20 07:53:02 b")) == 2


def test_java_trace_is_one_record():
    text = (
        "2026-11-20 07:53:01,123 ERROR [main] a.B - failed\n"
        "java.lang.IllegalStateException: no\n"
        "\tat a.B.c(B.java:1)\n"
        "Caused by: java.io.IOException: gone\n"
        "\tat a.B.d(B.java:2)\n"
        "\t... 12 more\n"
        "2026-11-20 07:53:02,123 INFO [main] a.B - next"
    )
    first, second = records_of(text)
    assert first.body.count("\n") == 5
    assert second.body.endswith("next")


def test_line_without_a_time_has_that_of_the_line_before():
    first, second, third = records_of("2026-11-20 07:53:01 a\nb\n2026-11-20 07:53:05 c")
    assert first.time_unix_nano == second.time_unix_nano
    assert third.time_unix_nano - first.time_unix_nano == 4_000_000_000
    assert [record.has_own_time for record in (first, second, third)] == [True, False, True]


def test_lines_before_the_first_time_have_that_of_the_reading():
    first, second, _ = records_of("a\nb\n2026-11-20 07:53:01 c")
    assert first.time_unix_nano == second.time_unix_nano == NOW


def test_blank_lines_are_kept_within_a_record_and_nowhere_else():
    first, second = records_of("a\n\n  b\n\n\nc\n\n")
    assert (first.body, second.body) == ("a\n\n  b", "c")


def test_json_line_with_a_traceback_under_a_key_has_the_exception():
    traceback = 'Traceback (most recent call last):\n  File "a", line 1\nValueError: no'
    line = json.dumps({"level": "error", "msg": "x", "exc_info": traceback})
    (record,) = records_of(line)
    assert (record.attributes["exception.type"], record.attributes["exception.message"]) == ("ValueError", "no")


def test_endless_indented_dump_goes_on_as_new_records():
    line = "  " + "x" * 100_000
    records = records_of("start\n" + "\n".join([line] * 10))
    assert len(records) > 1
    assert all(len(record.body) <= MAX_RECORD_CHARACTERS for record in records)
    assert "\n".join(record.body for record in records) == "start\n" + "\n".join([line] * 10)


LINES = st.lists(
    st.text(st.characters(exclude_characters="\n"))
    | st.sampled_from(
        [
            "Traceback (most recent call last):",
            '  File "a.py", line 1, in f',
            "ValueError: no",
            "",
            "The above exception was the direct cause of the following exception:",
            "2026-11-20 07:53:01 ERROR x",
            "  + Exception Group Traceback (most recent call last):",
            "  | ",
            "Caused by: x",
        ]
    )
)


@given(LINES)
def test_every_line_is_in_one_record_and_in_order(lines):
    def kept(text):
        return [line for line in text.split("\n") if line.strip()]

    text = "\n".join(line for line in lines if not line.lstrip().startswith("{"))
    records = records_of(text)
    assert kept("\n".join(record.body for record in records)) == kept(text)
    assert [record.first_line for record in records] == sorted({record.first_line for record in records})
