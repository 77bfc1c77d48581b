"""What is lost is counted by its reason and told: to the collector, and where ``logging.lastResort`` writes."""

from __future__ import annotations

import io
import logging
import threading
import time

import pytest
from fault_oracle import BEGINNING, accounts_of, bodies_on_disk, log_marked

from spanlog import _loss, _notice


@pytest.fixture
def dropping(attach, sink, answer):
    """A handler that has lost two records."""

    def make(logger, **settings):
        handler = attach(endpoint=sink.url, **settings)
        answer(400)
        log_marked(logger, 2)
        assert handler.flush(30)
        assert handler.stats()["dropped"] == {"http_400": 2}
        return handler

    return make


def test_a_full_queue_drops_the_oldest_and_never_makes_the_caller_wait(logger, attach, sink, oracle):
    handler = attach(endpoint=sink.url, max_queue_records=100)
    sink.gate.clear()
    first = log_marked(logger, 1)
    sink.wait_for(lambda: len(sink.requests) == 1)
    # The sink answers nothing: if a call waited for it, the test would never come to open the gate.
    marks = log_marked(logger, 350)
    stats = handler.stats()
    assert stats["dropped"] == {"queue_full": 250}
    sink.gate.set()
    assert handler.flush(30)
    oracle.check(handler.stats(), marks=[*first, *marks])
    assert set(oracle.stored()) == {*first, *marks[250:]}


def test_the_collector_is_told_what_was_lost_when_the_way_is_free_again(logger, dropping, sink):
    before = time.time_ns()
    handler = dropping(logger)
    assert sink.loss_reports == []
    log_marked(logger, 1)
    assert handler.flush(30)
    sink.wait_for(lambda: len(sink.loss_reports) == 1)
    (report,) = sink.loss_reports
    assert (report.scope, report.message.severity_text, report.message.severity_number) == ("spanlog", "WARN", 13)
    assert report.body == "2 records were lost (http_400: 2)"
    attributes = report.attributes
    assert attributes["spanlog.dropped.http_400"] == attributes["spanlog.dropped.total"] == 2
    first, last = attributes["spanlog.dropped.first_time_unix_nano"], attributes["spanlog.dropped.last_time_unix_nano"]
    assert before - 60e9 < first <= last <= time.time_ns()
    assert last >= before
    assert report.resource == sink.records[0].resource
    assert handler.stats()["accepted"] == 3, "the report is no record of the program's"


def test_each_reason_is_told_with_its_count(logger, attach, sink, answer):
    handler = attach(endpoint=sink.url, max_queue_records=10)
    sink.gate.clear()
    log_marked(logger, 1)
    sink.wait_for(lambda: len(sink.requests) == 1)
    log_marked(logger, 14)
    answer(413)
    sink.gate.set()
    assert handler.flush(30)
    sink.wait_for(lambda: len(sink.loss_reports) == 1)
    assert handler.stats()["dropped"] == {"queue_full": 4}
    assert sink.loss_reports[0].attributes["spanlog.dropped.queue_full"] == 4


def test_the_collector_is_not_told_again_and_again(logger, dropping, sink, answer):
    handler = dropping(logger)
    log_marked(logger, 1)
    sink.wait_for(lambda: len(sink.loss_reports) == 1)
    for _ in range(5):
        log_marked(logger, 1)
        assert handler.flush(30)
        answer(400)
        log_marked(logger, 1)
        assert handler.flush(30)
    log_marked(logger, 1)
    assert handler.flush(30)
    assert len(sink.loss_reports) == 1
    log_marked(logger, 1)
    handler.close()
    # At the end everything is told that was not yet.
    counts = [report.attributes["spanlog.dropped.http_400"] for report in sink.loss_reports]
    assert counts == [2, 5]


def test_a_report_that_fails_is_made_again_with_all_that_was_lost(logger, dropping, sink, answer, monkeypatch):
    monkeypatch.setattr(_loss, "_INTERVAL_SECONDS", 0.0)
    handler = dropping(logger, retry_initial_seconds=0.0)
    answer(200)
    answer(503)
    log_marked(logger, 1)
    sink.wait_for(lambda: len(sink.requests) == 3)
    answer(400)
    log_marked(logger, 1)
    assert handler.flush(30)
    assert sink.loss_reports == []
    log_marked(logger, 1)
    sink.wait_for(lambda: len(sink.loss_reports) == 1)
    assert sink.loss_reports[0].attributes["spanlog.dropped.total"] == 3


def test_what_a_program_lost_is_told_by_the_next_if_it_could_not(run_program, sink, spool_dir, oracle):
    settings = {"SPANLOG_ENDPOINT": sink.url, "SPANLOG_SPOOL_DIR": str(spool_dir)}
    sink.default.status = 503
    source = f"""{BEGINNING}
log_marked(200)
"""
    one = run_program(source, SPANLOG_SHUTDOWN_SECONDS="0.2", SPANLOG_MAX_QUEUE_RECORDS="50", **settings)
    sink.default.status = 200
    two = run_program(f"{BEGINNING}\nlog_marked()", **settings)
    assert (one.returncode, two.returncode) == (0, 0)
    lost = accounts_of(one.stdout)["dropped"]["queue_full"]
    assert lost > 0
    oracle.check(accounts_of(one.stdout), accounts_of(two.stdout))
    (report,) = sink.loss_reports
    assert report.attributes["spanlog.dropped.queue_full"] == lost
    assert report.resource["process.pid"] != sink.records[0].resource["process.pid"]
    assert bodies_on_disk(spool_dir) == []


def test_a_request_that_is_too_large_is_cut_down_to_single_records(logger, attach, sink, spool_dir, oracle):
    handler = attach(endpoint=sink.url, flush_interval_seconds=30, compression="none", spool_dir=str(spool_dir))
    sink.max_body_bytes = 3_000
    marks = log_marked(logger, 10) + log_marked(logger, 1, payload="x" * 5_000) + log_marked(logger, 5)
    assert handler.flush(30)
    assert handler.stats()["dropped"] == {"http_413": 1}
    oracle.check(handler.stats(), marks=marks)
    assert oracle.stored() == [*marks[:10], *marks[11:]], "in their order"


def test_what_is_too_large_on_disk_is_cut_too(logger, attach, sink, spool_dir, oracle):
    handler = attach(
        endpoint=sink.url,
        spool_dir=str(spool_dir),
        compression="none",
        retry_seconds=0,
        retry_initial_seconds=0.01,
        retry_max_seconds=0.01,
    )
    sink.default.status = 503
    marks = log_marked(logger, 9) + log_marked(logger, 1, payload="x" * 5_000) + log_marked(logger, 4)
    assert handler.flush(30)
    assert handler.stats()["spooled"] == 14
    sink.max_body_bytes = 3_000
    sink.default.status = 200
    sink.wait_for(lambda: handler.stats()["spooled"] == 0)
    assert handler.stats()["dropped"] == {"http_413": 1}
    oracle.check(handler.stats(), marks=marks)
    assert oracle.stored() == [*marks[:9], *marks[10:]], "in their order"
    assert bodies_on_disk(spool_dir) == []


def test_a_value_that_cannot_be_encoded_costs_no_other_record(logger, attach, sink):
    class Hostile:
        def __str__(self):
            raise RuntimeError("no")

        __repr__ = __str__

    handler = attach(endpoint=sink.url)
    logger.info("before")
    logger.info("hostile", extra={"value": Hostile(), "surrogate": "\ud800", "huge": 10**100, 5: "no text"})
    logger.info(Hostile())
    logger.info("%d", "no number")
    logger.info("after")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 5
    assert len(sink.records) == 5


def test_the_thread_survives_an_endpoint_that_comes_and_goes(logger, attach, sink, oracle, answer):
    handler = attach(endpoint=sink.url, retry_initial_seconds=0.001, retry_max_seconds=0.002)
    thread = None
    marks = []
    for status in (503, 429, 400, 404, 500, 200) * 5:
        answer(status)
        marks += log_marked(logger, 1)
        assert handler.flush(30)
        threads = [one for one in threading.enumerate() if one.name == "spanlog"]
        assert thread in (None, threads[0])
        (thread,) = threads
    oracle.check(handler.stats(), marks=marks)


def test_losses_are_told_where_lastresort_writes_and_once_a_minute(logger, dropping, monkeypatch, answer, capsys):
    stream = io.StringIO()
    monkeypatch.setattr(logging, "lastResort", logging.StreamHandler(stream))
    handler = dropping(logger, api_key="s3cret")
    for _ in range(3):
        answer(400)
        log_marked(logger, 1)
        assert handler.flush(30)
    told = stream.getvalue()
    assert told.count("\n") == 1
    assert told.startswith("spanlog: 2 records could not be sent to http://127.0.0.1:")
    assert "HTTP 400" in told
    assert "s3cret" not in told
    assert capsys.readouterr().err == ""


def test_after_a_minute_it_is_told_again_with_what_came_since(logger, dropping, monkeypatch, answer, capsys):
    monkeypatch.setattr(_notice, "_INTERVAL_SECONDS", 0.0)
    handler = dropping(logger)
    answer(400)
    log_marked(logger, 1)
    assert handler.flush(30)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("spanlog: 2 records")
    assert second.startswith("spanlog: 1 record ")


def test_a_program_that_took_lastresort_away_is_told_nothing(logger, dropping, monkeypatch, capsys):
    monkeypatch.setattr(logging, "lastResort", None)
    dropping(logger)
    assert capsys.readouterr().err == ""


def test_a_standard_error_that_logs_does_not_come_back(run_program, sink):
    # Celery, for one, puts a logger in the place of standard error.
    source = f"""{BEGINNING}
class Proxy:
    def write(self, text):
        if text.strip():
            log.error("from standard error: %s", text.strip())
    def flush(self):
        pass
sys.stderr = Proxy()
log_marked(3)
"""
    sink.default.status = 400
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    accounts = accounts_of(ran.stdout)
    assert accounts["dropped"]["http_400"] == accounts["accepted"] < 10
