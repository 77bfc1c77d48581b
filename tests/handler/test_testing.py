"""``spanlog.testing``, used as its users do."""

from __future__ import annotations

import logging
import threading
import uuid

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

import spanlog
from spanlog.testing import CapturedRecord, InMemoryTransport, capture_records, captured_records

__all__ = ["captured_records"]  # a fixture is used by its name


def test_a_record_comes_back_as_it_was_logged(captured_records, attach, logger):
    attach("crypto", session_key="run-42", source="bot")
    trace_id = uuid.uuid4()
    logger.warning(
        "order %s for %s",
        17,
        "ETH",
        extra={"category": "trading", "trace_id": trace_id, "parent_id": "ab" * 8, "metadata": {"amount": [1, None]}},
    )
    (record,) = captured_records.records()
    assert isinstance(record, CapturedRecord)
    assert (record.message, record.template) == ("order 17 for ETH", "order %s for %s")
    assert (record.level, record.severity_number, record.logger) == ("WARN", 13, logger.name)
    assert (record.agent_id, record.session_key, record.source) == ("crypto", "run-42", "bot")
    assert (record.category, record.trace_id, record.parent_id) == ("trading", trace_id.hex, "ab" * 8)
    assert record.attributes["amount"] == [1, None]
    assert record.resource["service.name"] == "crypto"
    assert record.exception is None
    assert record.time_unix_nano > 0


def test_an_exception_comes_back_with_its_trace(captured_records, attach, logger):
    attach()
    try:
        raise ValueError("no price")  # noqa: TRY301 - the case
    except ValueError:
        logger.exception("gave up")
    exception = captured_records.records()[0].exception
    assert (exception.type, exception.message) == ("ValueError", "no price")
    assert 'raise ValueError("no price")' in exception.stacktrace


def test_ids_of_the_operation_around_come_back(captured_records, attach, logger):
    attach()
    with spanlog.operation("fetch") as current:
        logger.info("inside")
    (record,) = captured_records.records()
    assert (record.trace_id, record.span_id) == (current.trace_id, current.span_id)


def test_nothing_goes_to_the_collector_meanwhile(attach, logger, sink):
    handler = attach(endpoint=sink.url)
    logger.info("before")
    assert handler.flush(30)
    with capture_records() as captured:
        logger.info("inside")
        assert captured.messages() == ["inside"]
    logger.info("after")
    assert handler.flush(30)
    assert [record.body for record in sink.records] == ["before", "after"]
    assert handler.stats()["sent"] == 3


def test_what_was_logged_before_is_not_of_the_test(attach, logger, refused_url):
    attach(endpoint=refused_url, retry_initial_seconds=0.01)
    logger.info("before")
    with capture_records() as captured:
        logger.info("inside")
        assert captured.messages() == ["inside"]


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_handlers_made_inside_are_captured_too(captured_records, logger, refused_url, protocol):
    handler = spanlog.SpanlogHandler(endpoint=refused_url, protocol=protocol)
    logger.addHandler(handler)
    logger.info("inside")
    assert captured_records.messages() == ["inside"]
    handler.close()
    assert captured_records.messages() == ["inside"]


def test_configure_is_captured(captured_records, refused_url):
    root = logging.getLogger()
    level = root.level
    handler = spanlog.configure("crypto", endpoint=refused_url, tracing=False)
    try:
        logging.getLogger("app").error("through the root")
        assert captured_records.messages() == ["through the root"]
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


def test_the_exporter_is_captured(captured_records, refused_url):
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(spanlog.SpanlogLogRecordExporter(endpoint=refused_url)))
    provider.get_logger("app").emit(LogRecord(timestamp=1, body={"a": 1}))
    assert provider.force_flush()
    assert captured_records.messages() == ["{'a': 1}"]
    provider.shutdown()


def test_records_are_in_the_order_in_which_they_were_logged(captured_records, logger):
    first, second = (spanlog.SpanlogHandler(max_batch_records=3, flush_interval_seconds=0.01) for _ in range(2))
    for number in range(20):
        logger.handlers = [first if number % 2 else second]
        logger.info("%d", number)
    assert captured_records.messages() == [str(number) for number in range(20)]
    first.close()
    second.close()


def test_what_threads_log_is_captured(captured_records, attach, logger):
    attach()
    threads = [threading.Thread(target=logger.info, args=("thread %d", number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(captured_records.messages()) == [f"thread {number}" for number in range(4)]


def test_clear_forgets_what_was_logged_so_far(captured_records, attach, logger):
    attach()
    logger.info("first")
    captured_records.clear()
    assert captured_records.records() == []
    logger.info("second")
    assert captured_records.messages() == ["second"]


def test_a_test_may_stop_the_clock(captured_records, attach, logger, monkeypatch):
    attach()
    monkeypatch.setattr("time.time", lambda: 1e9)
    monkeypatch.setattr("time.time_ns", lambda: 10**18)
    for number in range(3):
        logger.info("%d", number)
    assert captured_records.messages() == ["0", "1", "2"]
    monkeypatch.undo()


def test_a_test_that_fails_sends_nothing_either(attach, logger, sink):
    handler = attach(endpoint=sink.url, flush_interval_seconds=5)

    def fail():
        with capture_records():
            logger.info("inside")
            raise AssertionError

    with pytest.raises(AssertionError):
        fail()
    assert handler.flush(30)
    assert sink.requests == []


def test_captures_nest(attach, logger):
    attach()
    with capture_records() as outer:
        logger.info("outer")
        with capture_records() as inner:
            logger.info("inner")
            assert inner.messages() == ["inner"]
        logger.info("outer again")
        assert outer.messages() == ["outer", "outer again"]


def test_what_waits_on_disk_stays_there(attach, logger, refused_url, tmp_path):
    settings = {"endpoint": refused_url, "spool_dir": str(tmp_path / "spool"), "retry_initial_seconds": 0.01}
    handler = attach(**settings, retry_seconds=0)
    logger.info("for the collector")
    handler.close()
    files = sorted(path for path in (tmp_path / "spool").rglob("*") if path.is_file() and path.stat().st_size)
    assert files
    with capture_records() as captured:
        logger.info("for the test")
        assert captured.messages() == ["for the test"]
        attach(**settings)
        logger.info("for the test too")
        assert set(captured.messages()) == {"for the test", "for the test too"}
    assert set(files) <= {path for path in (tmp_path / "spool").rglob("*") if path.is_file()}


def test_the_requests_themselves_are_there_too(captured_records, attach, logger):
    attach(compression="none")
    logger.info("hello")
    assert captured_records.messages() == ["hello"]
    assert b"hello" in captured_records.bodies[0]
    assert isinstance(captured_records, InMemoryTransport)


def test_it_works_without_pytest(run_program):
    ran = run_program(
        """
import sys
sys.modules["pytest"] = None
import logging, spanlog, spanlog.testing
with spanlog.testing.capture_records() as captured:
    logging.getLogger("app").addHandler(spanlog.SpanlogHandler("crypto"))
    logging.getLogger("app").error("hello")
    print(captured.messages(), hasattr(spanlog.testing, "captured_records"))
"""
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("['hello'] False\n", "", 0)
