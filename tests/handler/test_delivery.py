"""What the background thread does when the collector answers, refuses, is slow or is not there."""

from __future__ import annotations

import email.utils
import logging
import sys
import threading
import time
from pathlib import Path

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

import spanlog

NOTHING_RECOVERED = {"recovered": {"sent": 0, "dropped": {}}}

# So long that only closing can end it.
LONG_PAUSE = {"retry_initial_seconds": 3600, "retry_max_seconds": 3600}


def balances(stats):
    return stats["accepted"] == stats["sent"] + stats["queued"] + stats["spooled"] + sum(stats["dropped"].values())


@pytest.fixture
def answer(sink):
    """Puts an answer before the sink's success."""

    def put(status, content=b"", **headers):
        kind = type(sink.default)
        sink.answers.append(kind(status, {name.replace("_", "-"): text for name, text in headers.items()}, content))

    return put


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_retryable_answers_are_tried_again_with_the_same_bytes(logger, attach, sink, answer, status):
    handler = attach(endpoint=sink.url, retry_initial_seconds=0.01)
    answer(status)
    answer(status)
    logger.info("stubborn")
    assert handler.flush(30)
    assert len(sink.requests) == 3
    assert len({request.content for request in sink.requests}) == 1
    assert [record.body for record in sink.records] == ["stubborn"]
    assert handler.stats() == {"accepted": 1, "sent": 1, "queued": 0, "spooled": 0, "dropped": {}, **NOTHING_RECOVERED}


@pytest.mark.parametrize("status", [300, 307, 400, 401, 403, 404, 413, 415, 500, 501])
def test_other_answers_drop_the_batch_at_once(logger, attach, sink, answer, status):
    handler = attach(endpoint=sink.url)
    answer(status, location=f"{sink.url}/elsewhere")
    logger.info("refused")
    assert handler.flush(30)
    logger.info("accepted")
    assert handler.flush(30)
    # Nothing was sent again or elsewhere; the third request says that one record was lost.
    sink.wait_for(lambda: len(sink.requests) == 3)
    assert [request.path for request in sink.requests] == ["/v1/logs"] * 3
    (report,) = sink.loss_reports
    assert report.attributes[f"spanlog.dropped.http_{status}"] == 1
    assert [record.body for record in sink.records] == ["accepted"]
    assert handler.stats()["dropped"] == {f"http_{status}": 1}


def test_what_the_collector_rejects_is_counted(logger, attach, sink, answer):
    handler = attach(endpoint=sink.url, flush_interval_seconds=30)
    response = ExportLogsServiceResponse()
    response.partial_success.rejected_log_records = 2
    response.partial_success.error_message = "two of them"
    answer(200, response.SerializeToString())
    for number in range(5):
        logger.info("record %d", number)
    assert handler.flush(30)
    assert len(sink.records) == 5
    assert handler.stats() == {
        "accepted": 5,
        "sent": 3,
        "queued": 0,
        "spooled": 0,
        "dropped": {"rejected": 2},
        **NOTHING_RECOVERED,
    }


@pytest.mark.parametrize("content", [b"not protobuf \xff\xff\xff", b"<html>", b"x" * 200_000])
def test_an_answer_that_is_none_of_otlps_still_counts_as_success(logger, attach, sink, answer, content):
    handler = attach(endpoint=sink.url)
    answer(200, content)
    logger.info("first")
    assert handler.flush(30)
    logger.info("second")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 2


def test_more_rejected_than_sent_is_taken_for_all(logger, attach, sink, answer):
    handler = attach(endpoint=sink.url)
    response = ExportLogsServiceResponse()
    response.partial_success.rejected_log_records = 99
    answer(200, response.SerializeToString())
    logger.info("one")
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"rejected": 1}


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(logger, attach, sink, answer, form):
    handler = attach(endpoint=sink.url, retry_initial_seconds=0.0)
    # A date has whole seconds, so two seconds on are at least one.
    answer(503, retry_after="1" if form == "seconds" else email.utils.formatdate(time.time() + 2, usegmt=True))
    start = time.monotonic()
    logger.info("patient")
    assert handler.flush(30)
    assert time.monotonic() - start >= 0.9
    assert handler.stats()["sent"] == 1


def test_a_retry_after_beyond_the_budget_drops_the_batch_and_holds_back_the_next(logger, attach, sink, answer):
    handler = attach(endpoint=sink.url, retry_seconds=0.2, shutdown_seconds=0.2)
    answer(503, retry_after="3600")
    logger.info("first")
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"http_503": 1}
    logger.info("second")
    assert not handler.flush(0.3)
    assert len(sink.requests) == 1
    handler.close()
    assert len(sink.requests) == 1
    assert balances(handler.stats())


@pytest.mark.parametrize("text", ["soon", "-5", "", "1e400", "Wed, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_is_ignored(logger, attach, sink, answer, text):
    handler = attach(endpoint=sink.url, retry_initial_seconds=0.01)
    answer(503, retry_after=text)
    logger.info("record")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 1


def test_a_budget_that_is_spent_drops_the_batch_with_its_reason(logger, attach, sink):
    handler = attach(endpoint=sink.url, retry_seconds=0.5, retry_initial_seconds=0.01, retry_max_seconds=0.02)
    sink.default.status = 503
    logger.info("lost")
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"http_503": 1}
    assert len(sink.requests) > 1
    sink.default.status = 200
    logger.info("arrives")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 1


def test_a_collector_that_comes_later_gets_everything(logger, attach, refused_url, silent_socket):
    handler = attach(endpoint=refused_url, retry_initial_seconds=0.02, retry_max_seconds=0.05)
    logger.info("early")
    assert not handler.flush(0.1)
    assert handler.stats()["queued"] == 1
    silent_socket.listen()
    connection, _ = silent_socket.accept()
    with connection:
        received = connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        assert handler.flush(30)
    assert received.startswith(b"POST /v1/logs HTTP/1.1\r\n")
    assert handler.stats()["sent"] == 1


def test_nobody_there_drops_after_the_budget(logger, attach, refused_url):
    handler = attach(endpoint=refused_url, retry_seconds=0.05, retry_initial_seconds=0.01)
    logger.info("lost")
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"unreachable": 1}


def test_a_request_that_takes_too_long_is_tried_again(logger, attach, sink):
    handler = attach(endpoint=sink.url, timeout_seconds=0.2, retry_initial_seconds=0.01)
    sink.gate.clear()
    logger.info("slow")
    sink.wait_for(lambda: len(sink.requests) >= 2)
    sink.gate.set()
    assert handler.flush(30)
    assert len({request.content for request in sink.requests}) == 1
    assert handler.stats()["sent"] == 1


def test_a_connection_that_is_cut_is_made_anew(logger, attach, sink, answer):
    handler = attach(endpoint=sink.url, retry_initial_seconds=0.01)
    answer(200, connection="close")
    for number in range(3):
        logger.info("record %d", number)
        assert handler.flush(30)
    assert [record.body for record in sink.records] == ["record 0", "record 1", "record 2"]
    assert sink.connections == 2


def test_a_full_queue_drops_the_oldest_and_the_caller_goes_on(logger, attach, sink):
    handler = attach(endpoint=sink.url, max_queue_records=100)
    sink.gate.clear()
    logger.info("on its way")
    sink.wait_for(lambda: len(sink.requests) == 1)
    for number in range(250):
        logger.info("%d", number)
    stats = handler.stats()
    assert stats == {
        "accepted": 251,
        "sent": 0,
        "queued": 101,
        "spooled": 0,
        "dropped": {"queue_full": 150},
        **NOTHING_RECOVERED,
    }
    sink.gate.set()
    assert handler.flush(30)
    assert [record.body for record in sink.records][1:] == [str(number) for number in range(150, 250)]
    assert handler.stats()["sent"] == 101


def test_batches_are_bounded(logger, attach, sink):
    handler = attach(endpoint=sink.url, max_batch_records=10, flush_interval_seconds=30)
    sink.gate.clear()
    for number in range(35):
        logger.info("%d", number)
    sink.gate.set()
    assert handler.flush(30)
    assert max(len(request.records) for request in sink.requests) <= 10
    assert [record.body for record in sink.records] == [str(number) for number in range(35)]


def test_a_full_batch_does_not_wait_for_the_interval(logger, attach, sink):
    attach(endpoint=sink.url, max_batch_records=10, flush_interval_seconds=3600)
    for number in range(10):
        logger.info("%d", number)
    sink.wait_for(lambda: len(sink.records) == 10)


def test_one_record_is_sent_after_the_interval(logger, attach, sink):
    attach(endpoint=sink.url, flush_interval_seconds=0.01)
    logger.info("alone")
    sink.wait_for(lambda: len(sink.records) == 1)
    logger.info("alone again, after a sleep")
    sink.wait_for(lambda: len(sink.records) == 2)


def test_flush_does_not_wait_longer_than_told(logger, attach, black_hole_url):
    handler = attach(endpoint=black_hole_url, timeout_seconds=0.5, shutdown_seconds=0.1)
    logger.info("record")
    assert handler.flush(0.05) is False
    assert handler.flush(0) is False


def test_flush_without_records_is_done(attach, black_hole_url):
    assert attach(endpoint=black_hole_url).flush(0) is True


def test_close_at_a_black_hole_ends_and_accounts_for_everything(logger, attach, black_hole_url):
    handler = attach(endpoint=black_hole_url, timeout_seconds=1, shutdown_seconds=0.1)
    for number in range(50):
        logger.info("%d", number)
    handler.close()
    stats = handler.stats()
    assert stats["queued"] == 0
    assert sum(stats["dropped"].values()) == stats["accepted"] == 50


def test_an_answer_that_comes_after_close_gave_up_is_not_counted_twice(logger, attach, sink):
    handler = attach(endpoint=sink.url, shutdown_seconds=0.1)
    sink.gate.clear()
    logger.info("given up")
    sink.wait_for(lambda: len(sink.requests) == 1)
    handler.close()
    expected = {"accepted": 1, "sent": 0, "queued": 0, "spooled": 0, "dropped": {"shutdown": 1}, **NOTHING_RECOVERED}
    assert handler.stats() == expected
    logger.info("taken up by another thread")
    sink.wait_for(lambda: len(sink.requests) == 2)  # while the first one still hangs
    sink.gate.set()
    assert handler.flush(30)
    assert handler.stats() == {**expected, "accepted": 2, "sent": 1}


def test_close_where_nobody_listens_does_not_use_up_its_time(logger, attach, refused_url):
    handler = attach(endpoint=refused_url, shutdown_seconds=3600, retry_seconds=7200, **LONG_PAUSE)
    logger.info("lost")
    handler.close()
    assert handler.stats()["dropped"] == {"unreachable": 1}


def test_close_waits_for_a_thread_that_is_just_being_started(logger, attach, sink, monkeypatch):
    handler = attach(endpoint=sink.url)
    failures = []
    start = threading.Thread.start

    def close():
        try:
            handler.close()
        except Exception as error:  # noqa: BLE001 - any is a failure
            failures.append(error)

    closer = threading.Thread(target=close)

    def start_late(thread):
        if thread.name == "spanlog" and closer.ident is None:
            start(closer)
            time.sleep(0.1)  # so that close finds the thread there and not yet started
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_late)
    logger.info("hello")
    closer.join()
    assert not failures
    assert handler.flush(30)
    assert handler.stats()["sent"] == 1


def test_close_tries_once_more_in_the_middle_of_a_pause(logger, attach, sink, answer):
    handler = attach(endpoint=sink.url, shutdown_seconds=30, retry_seconds=7200, **LONG_PAUSE)
    answer(503)
    logger.info("in time")
    sink.wait_for(lambda: len(sink.requests) == 1)
    handler.close()
    assert handler.stats()["sent"] == 1


def test_the_thread_outlives_whatever_happens_to_a_batch(logger, attach, sink, monkeypatch):
    handler = attach(endpoint=sink.url)
    # The queue of records holds one that no encoder made: nothing a program can do, so it is put there.
    handler._worker.queue.put((("app", b"", False), 0.0, "not bytes", None))
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"error": 1}
    logger.info("arrives")
    assert handler.flush(30)
    assert [record.body for record in sink.records] == ["arrives"]


def test_an_outage_leaks_no_descriptor(logger, attach, refused_url):
    descriptors = Path("/proc/self/fd") if Path("/proc/self/fd").exists() else Path("/dev/fd")
    handler = attach(endpoint=refused_url, retry_seconds=0, retry_initial_seconds=0)
    logger.info("first")
    assert handler.flush(30)
    before = len(list(descriptors.iterdir()))
    for _ in range(50):
        logger.info("again")
        assert handler.flush(30)
    assert len(list(descriptors.iterdir())) <= before
    assert handler.stats()["dropped"]["unreachable"] == 51


def test_the_accounts_balance_through_a_stormy_collector(logger, attach, sink, answer):
    handler = attach(
        endpoint=sink.url,
        max_queue_records=200,
        max_batch_records=20,
        retry_initial_seconds=0.001,
        retry_max_seconds=0.002,
        retry_seconds=0.01,
        flush_interval_seconds=0.001,
    )
    for status in [503, 200, 400, 429, 200, 500, 502, 503, 504] * 20:
        answer(status)
    faults = []
    done = threading.Event()

    def watch():
        while not done.is_set():
            stats = handler.stats()
            if not balances(stats):
                faults.append(stats)

    def work(name):
        for number in range(500):
            logger.info("record", extra={"mark": f"{name}-{number}"})

    watcher = threading.Thread(target=watch)
    workers = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in [watcher, *workers]:
        thread.start()
    for thread in workers:
        thread.join()
    assert handler.flush(60)
    done.set()
    watcher.join()
    assert not faults
    stats = handler.stats()
    assert stats["accepted"] == 2_000
    assert stats["queued"] == 0
    marks = [record.attributes["mark"] for record in sink.records]
    assert len(marks) == len(set(marks)) == stats["sent"]


def test_trouble_is_told_once_on_standard_error(logger, attach, refused_url, capsys):
    handler = attach(endpoint=refused_url, retry_seconds=0.05, retry_initial_seconds=0.01)
    for _ in range(3):
        logger.info("lost")
        assert handler.flush(30)
    told = capsys.readouterr().err
    assert told == (
        f"spanlog: 1 record could not be sent yet to {refused_url} (connection refused); "
        'start one with "spanlog up" or set SPANLOG_ENDPOINT\n'
    )


@pytest.mark.parametrize(("status", "advice"), [(401, "SPANLOG_API_KEY"), (404, "OTLP/HTTP endpoint"), (500, "")])
def test_what_a_collector_refuses_is_told_with_advice(logger, attach, sink, answer, capsys, status, advice):
    handler = attach(endpoint=sink.url, api_key="s3cret")
    answer(status)
    logger.info("refused")
    handler.close()
    told = capsys.readouterr().err
    assert told.startswith(f"spanlog: 1 record could not be sent to {sink.url} (HTTP {status})")
    assert told.count("\n") == 1
    assert advice in told
    assert "s3cret" not in told


def test_success_is_silent(logger, handler, logged, capsys):
    logger.info("fine")
    logged()
    handler.close()
    assert capsys.readouterr().err == ""


def test_no_standard_error_is_no_trouble(logger, attach, refused_url, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    handler = attach(endpoint=refused_url, retry_seconds=0)
    logger.info("lost")
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"unreachable": 1}


def test_a_proxy_of_the_environment_is_not_used(logger, attach, sink, refused_url, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, refused_url)
    handler = attach(endpoint=sink.url)
    logger.info("straight")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 1


def test_a_clock_that_jumps_stops_nothing(logger, attach, sink, monkeypatch):
    handler = attach(endpoint=sink.url)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 86_400)
    logger.info("yesterday")
    assert handler.flush(30)
    monkeypatch.setattr(time, "time", lambda: real() + 86_400)
    logger.info("tomorrow")
    assert handler.flush(30)
    assert len(sink.records) == 2


def test_two_handlers_have_accounts_of_their_own(logger, attach, sink, refused_url):
    good, bad = attach(endpoint=sink.url), attach(endpoint=refused_url, retry_seconds=0)
    logger.log(logging.INFO, "both")
    assert good.flush(30)
    assert bad.flush(30)
    assert good.stats()["sent"] == 1
    assert bad.stats()["dropped"] == {"unreachable": 1}
    assert isinstance(good, spanlog.SpanlogHandler)
