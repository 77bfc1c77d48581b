"""Sending makes no records, and nothing that logs in the wrong moment can hang the program."""

from __future__ import annotations

import gc
import logging
import logging.config
import threading
import warnings

import pytest
from fault_oracle import BEGINNING, accounts_of, log_marked

import spanlog
from spanlog._worker import SENDING_THREADS


@pytest.fixture
def root_at_debug():
    """The root logger takes everything for the time of a test."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    yield root
    root.setLevel(level)


def test_the_http_client_logging_at_debug_through_root_makes_no_loop(run_program, sink, oracle):
    source = f"""{BEGINNING}
log.removeHandler(handler)
logging.basicConfig(level=logging.DEBUG, handlers=[handler])
logging.getLogger("urllib3").setLevel(logging.DEBUG)
for _ in range(20):
    log_marked()
    assert handler.flush(30)
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    accounts = accounts_of(ran.stdout)
    assert accounts["accepted"] == 20
    oracle.check(accounts)


@pytest.mark.parametrize("trouble", ["refused", "404", "503"])
def test_trouble_while_root_takes_everything_makes_no_loop(
    root_at_debug, attach, sink, refused_url, logger, trouble, capsys
):
    handler = attach(
        endpoint=refused_url if trouble == "refused" else sink.url,
        retry_seconds=0.05,
        retry_initial_seconds=0.01,
    )
    sink.default.status = 200 if trouble == "refused" else int(trouble)
    root_at_debug.addHandler(handler)
    try:
        log_marked(logger, 3)
        assert handler.flush(30)
    finally:
        root_at_debug.removeHandler(handler)
    assert handler.stats()["accepted"] == 3


def test_the_notice_of_a_full_queue_does_not_come_back_into_it(root_at_debug, attach, sink, logger):
    handler = attach(endpoint=sink.url, max_queue_records=10)
    root_at_debug.addHandler(handler)
    try:
        sink.gate.clear()
        log_marked(logger, 500)
        sink.gate.set()
        assert handler.flush(30)
    finally:
        root_at_debug.removeHandler(handler)
    assert handler.stats()["accepted"] == 500
    assert handler.stats()["dropped"]["queue_full"] > 0


def test_logging_is_configured_anew_while_the_worker_is_busy(run_program, sink):
    # dictConfig holds logging's lock while it closes the old handler, whose worker is sending.
    source = """
import logging, logging.config, threading
import spanlog
settings = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"spanlog": {"class": "spanlog.SpanlogHandler", "agent_id": "crypto", "flush_interval_seconds": 0.001}},
    "root": {"level": "DEBUG", "handlers": ["spanlog"]},
}
logging.config.dictConfig(settings)
done = threading.Event()
counts = []
def work():
    count = 0
    while not done.is_set():
        logging.getLogger("bot").info("record")
        count += 1
    counts.append(count)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
handlers = []
for _ in range(30):
    handlers += logging.getLogger().handlers
    logging.config.dictConfig(settings)
handlers += logging.getLogger().handlers
done.set()
for thread in threads:
    thread.join()
logging.shutdown()
stats = [handler.stats() for handler in handlers]
assert all(one["queued"] == 0 for one in stats)
print(sum(counts), sum(one["accepted"] for one in stats), sum(one["sent"] for one in stats),
      sum(sum(one["dropped"].values()) for one in stats))
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0), ran.stderr
    logged, accepted, sent, dropped = map(int, ran.stdout.split())
    # Between removing the old handler and adding the new one there is none.
    assert 0 < accepted <= logged
    assert accepted == sent + dropped
    assert sent == len(sink.records)


def test_the_worker_sends_while_logging_s_lock_is_held(logger, attach, sink):
    handler = attach(endpoint=sink.url)
    logging._acquireLock() if hasattr(logging, "_acquireLock") else logging._lock.acquire()
    try:
        log_marked(logger, 3)
        assert handler.flush(30)
    finally:
        logging._releaseLock() if hasattr(logging, "_releaseLock") else logging._lock.release()
    assert handler.stats()["sent"] == 3


def test_a_finalizer_that_logs_in_the_middle_of_anything_hangs_nothing(logger, attach, sink, oracle):
    marks, ignored = [], []

    class Leak:
        def __init__(self):
            self.cycle = self

        def __del__(self):
            # Where spanlog's own thread collects, it cannot be told from what sending logs, and is not taken.
            taken = threading.get_ident() not in SENDING_THREADS
            (marks if taken else ignored).extend(log_marked(logger, 1))

    handler = attach(endpoint=sink.url, max_batch_records=7, flush_interval_seconds=0.001, max_queue_records=50)
    threshold = gc.get_threshold()
    gc.set_threshold(5, 2, 2)  # so often that it comes in between everywhere, in every thread
    try:
        for _ in range(300):
            Leak()
            marks.extend(log_marked(logger, 1))
            handler.stats()
    finally:
        gc.set_threshold(*threshold)
    gc.collect()
    assert handler.flush(30)
    assert len(marks) + len(ignored) == 600
    oracle.check(handler.stats(), marks=marks)


def test_a_warning_raised_while_sending_is_not_sent(attach, sink, logger, monkeypatch):
    # A ResourceWarning comes from wherever the collector of garbage is, the thread that sends included.
    from spanlog._http_transport import HttpTransport

    sent = HttpTransport.send

    def send(self, body, timeout_seconds):
        warnings.warn("unclosed socket", ResourceWarning, stacklevel=1)
        return sent(self, body, timeout_seconds)

    monkeypatch.setattr(HttpTransport, "send", send)
    handler = attach(endpoint=sink.url)
    shown = logging.getLogger("py.warnings")
    logging.captureWarnings(True)
    shown.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(False)
            logging.captureWarnings(True)
            log_marked(logger, 1)
            assert handler.flush(30)
            warnings.warn("a warning of the program's own", UserWarning, stacklevel=1)
            assert handler.flush(30)
    finally:
        logging.captureWarnings(False)
        shown.removeHandler(handler)
    assert handler.stats()["accepted"] == 2
    assert "a warning of the program's own" in sink.records[-1].body


def test_a_transport_that_raises_costs_its_batch_and_nothing_else(logger, attach, sink, monkeypatch, oracle):
    from spanlog._http_transport import HttpTransport

    sent = HttpTransport.send
    faults = [MemoryError("no"), RecursionError("no"), OSError("no"), ValueError("no")]

    def send(self, body, timeout_seconds):
        if faults:
            raise faults.pop()
        return sent(self, body, timeout_seconds)

    monkeypatch.setattr(HttpTransport, "send", send)
    handler = attach(endpoint=sink.url)
    marks = []
    for _ in range(6):
        marks += log_marked(logger, 1)
        assert handler.flush(30)
    assert handler.stats()["dropped"] == {"error": 4}
    oracle.check(handler.stats(), marks=marks)


def test_two_handlers_on_one_logger_do_not_send_each_other_s_records(attach, sink, logger, root_at_debug):
    first, second = attach(endpoint=sink.url), attach(endpoint=sink.url)
    for handler in (first, second):
        root_at_debug.addHandler(handler)
    try:
        log_marked(logger, 1)
        assert first.flush(30)
        assert second.flush(30)
    finally:
        for handler in (first, second):
            root_at_debug.removeHandler(handler)
    assert (first.stats()["accepted"], second.stats()["accepted"]) == (1, 1)


def test_a_thread_of_its_own_may_log_from_inside_str_of_a_value(logger, attach, sink):
    handler = attach(endpoint=sink.url)

    class Talkative:
        def __str__(self):
            logger.info("from inside")
            return "outside"

    logger.info("%s", Talkative())
    assert handler.flush(30)
    assert sorted(record.body for record in sink.records) == ["from inside", "outside"]
    assert threading.active_count() >= 1
    assert isinstance(handler, spanlog.SpanlogHandler)
