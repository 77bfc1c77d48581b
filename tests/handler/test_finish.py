"""What is done in the background: no secret passes it, ids and times are each record's own."""

from __future__ import annotations

import logging
import runpy
import sys
import uuid

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from spanlog import HandlerConfig
from spanlog._finish import Finisher
from spanlog._record import RecordEncoder
from spanlog._redact import Redactor
from spanlog._uid import BLOCK, UidSource

TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def finished():
    """Give the scopes of records that went the whole way, with their records."""
    encoder = RecordEncoder(HandlerConfig())
    finisher = Finisher(Redactor())

    def finish(*records):
        request = ExportLogsServiceRequest.FromString(
            finisher.request(b"", [encoder.encode(record, None) for record in records])
        )
        return request.resource_logs[0].scope_logs

    return finish


def fail(message):
    raise ValueError(message)


def failed(message, **settings):
    try:
        fail(message)
    except ValueError:
        return settings["make"]("failed", exc_info=sys.exc_info())


@pytest.mark.parametrize(
    "message", [f"Authorization: Bearer {TOKEN}", f"at {TOKEN}", "password=hunter2hunter2", "fine"]
)
def test_the_secret_in_an_exceptions_message_is_gone_wherever_it_stands(finished, make_record, message):
    for _ in range(2):
        (scope,) = finished(make_record(), failed(message, make=make_record), make_record())
        assert len(scope.log_records) == 3
        text = str(scope)
        assert TOKEN not in text
        assert "hunter2hunter2" not in text
        found = {pair.key: pair.value.string_value for pair in scope.log_records[1].attributes}
        assert found["exception.type"] == "ValueError"
        assert found["exception.stacktrace"].startswith("Traceback (most recent call last):\n")
        assert ("fine" in found["exception.message"]) == (message == "fine")


def test_the_secret_in_a_line_of_code_is_gone(finished, make_record, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(f'raise KeyError("{TOKEN}"[:0])\n')
    try:
        runpy.run_path(str(program))
    except KeyError:
        record = make_record(exc_info=sys.exc_info())
    for _ in range(2):
        (scope,) = finished(record)
        assert "raise KeyError(" in str(scope)
        assert TOKEN not in str(scope)


def test_the_secret_in_a_note_or_a_cause_is_gone(finished, make_record):
    error = ValueError("outer")
    error.add_note(f"token: {TOKEN}")
    error.__cause__ = ValueError(f"inner {TOKEN}")
    (scope,) = finished(make_record(exc_info=(ValueError, error, None)))
    assert TOKEN not in str(scope)
    assert "inner" in str(scope)


def test_the_secret_in_a_template_is_gone(finished, make_record):
    for _ in range(2):
        (scope,) = finished(make_record(f"{TOKEN} %s", 1))
        assert TOKEN not in str(scope)
        assert "spanlog.template" in str(scope)


def test_the_secret_that_is_an_argument_or_an_extra_is_gone(finished, make_record):
    (scope,) = finished(
        make_record("card %s", 4111111111111111, extra={"header": f"Bearer {TOKEN}", "n": 4111111111111111})
    )
    text = str(scope)
    assert TOKEN not in text
    assert "4111111111111111" not in text


def test_every_scope_keeps_its_records_in_order(finished):
    loggers = [logging.getLogger(name) for name in ("a", "b", "c")]
    records = [
        loggers[number % 3].makeRecord(loggers[number % 3].name, 20, "x.py", number % 5, f"{number}", (), None)
        for number in range(700)
    ]
    scopes = finished(*records)
    assert [scope.scope.name for scope in scopes] == ["a", "b", "c"]
    for place, scope in enumerate(scopes):
        assert [record.body.string_value for record in scope.log_records] == [str(n) for n in range(place, 700, 3)]


def test_ids_are_unique_across_blocks_and_in_the_order_of_logging(finished, make_record):
    records = [make_record() for _ in range(3 * BLOCK)]
    for number, record in enumerate(records):
        record.created = 1_700_000_000.0 + number // 1_000
    (scope,) = finished(*records)
    ids = [pair.value.string_value for record in scope.log_records for pair in record.attributes if "uid" in pair.key]
    assert len(set(ids)) == len(records)
    for record, text in zip(records, ids, strict=True):
        assert uuid.UUID(text).version == 7
        assert uuid.UUID(text).int >> 80 == int(record.created * 1e3)


def test_a_count_that_overflows_starts_again():
    source = UidSource()
    source._count = 2**32 - 2
    ids = [source.next(1_700_000_000_000_000_000) for _ in range(4)]
    assert len(set(ids)) == 4
    assert all(len(text) == 36 and uuid.UUID(text) for text in ids)


def test_a_record_is_observed_when_it_was_logged_and_one_from_elsewhere_now(finished, make_record):
    fresh, old = make_record(), make_record()
    old.created = 1_700_000_000.25
    (scope,) = finished(fresh, old)
    first, second = scope.log_records
    assert first.observed_time_unix_nano == first.time_unix_nano
    assert second.observed_time_unix_nano > second.time_unix_nano
    assert second.time_unix_nano == 1_700_000_000_250_000_000


def test_frames_that_cannot_be_read_are_marked(finished, make_record, monkeypatch):
    def unreadable(*args):
        raise OSError("gone")

    record = failed("x", make=make_record)
    monkeypatch.setattr("linecache.checkcache", unreadable)
    (scope,) = finished(record)
    assert "could not be formatted: OSError" in str(scope)
    assert "ValueError: x" in str(scope)
