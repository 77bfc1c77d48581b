from __future__ import annotations

import asyncio
import copy
import gc
import logging
import logging.config
import logging.handlers
import os
import queue
import signal
import socket
import sys
import threading
import warnings
from pathlib import Path

import pytest
import urllib3
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

import spanlog

NOTHING_RECOVERED = {"recovered": {"sent": 0, "dropped": {}}}


def test_a_record_arrives_whole(logger, attach, sink):
    handler = attach("crypto", endpoint=sink.url, session_key="run-1", category="trading", api_key="k")
    logger.error("order %s failed", "ETH/USDC", extra={"amount": 3})
    assert handler.flush(30)

    (request,) = sink.requests
    assert request.path == "/v1/logs"
    assert request.headers["content-type"] == "application/x-protobuf"
    assert request.headers["content-encoding"] == "gzip"
    assert request.headers["authorization"] == "Bearer k"
    assert request.headers["user-agent"] == f"spanlog/{spanlog.__version__}"
    (received,) = sink.records
    assert received.body == "order ETH/USDC failed"
    assert received.scope == logger.name
    assert received.message.severity_text == "ERROR"
    found = received.attributes
    assert (found["amount"], found["session.id"], found["spanlog.category"]) == (3, "run-1", "trading")
    assert found["spanlog.source"] == "handler"
    assert found["spanlog.template"] == "order %s failed"
    assert found["code.file.path"] == __file__
    assert found["code.function.name"] == "test_a_record_arrives_whole"


def test_the_resource_says_which_process_speaks(logger, attach, sink, monkeypatch):
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod")
    handler = attach("crypto", endpoint=sink.url)
    logger.info("hello")
    assert handler.flush(30)
    resource = sink.records[0].resource
    assert resource["service.name"] == "crypto"
    assert resource["gen_ai.agent.id"] == "crypto"
    assert resource["host.name"] == socket.gethostname()
    assert resource["process.pid"] == os.getpid()
    assert resource["telemetry.sdk.name"] == "spanlog"
    assert resource["telemetry.sdk.version"] == spanlog.__version__
    assert resource["deployment.environment.name"] == "prod"
    assert len(resource["service.instance.id"]) == 36


def test_without_a_name_the_service_is_named_after_the_executable(logger, handler, logged):
    logger.info("hello")
    resource = logged()[0].resource
    assert resource["service.name"] == f"unknown_service:{Path(sys.executable).name}"
    assert "gen_ai.agent.id" not in resource


def test_the_service_name_goes_before_the_agent_id(logger, attach, sink):
    handler = attach("crypto", endpoint=sink.url, service_name="bots")
    logger.info("hello")
    assert handler.flush(30)
    assert sink.records[0].resource["service.name"] == "bots"
    assert sink.records[0].resource["gen_ai.agent.id"] == "crypto"


def test_loggers_are_scopes_of_one_request(attach, sink, logger):
    handler = attach(endpoint=sink.url, flush_interval_seconds=30)
    other = logging.Logger("other")  # noqa: LOG001 - as the fixture's
    other.addHandler(handler)
    logger.info("1")
    other.info("2")
    logger.info("3")
    assert handler.flush(30)
    (request,) = sink.requests
    assert [(record.scope, record.body) for record in request.records] == [
        (logger.name, "1"),
        (logger.name, "3"),
        ("other", "2"),
    ]


def test_without_compression_the_bytes_are_plain(logger, attach, sink):
    handler = attach(endpoint=sink.url, compression="none")
    logger.info("hello")
    assert handler.flush(30)
    assert "content-encoding" not in sink.requests[0].headers
    assert ExportLogsServiceRequest.FromString(sink.requests[0].content).resource_logs


def test_level_and_filters_are_respected(logger, handler, logged):
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: "secret" not in record.getMessage())
    logger.info("too low")
    logger.warning("secret")
    logger.warning("passes")
    handler.handle(logging.makeLogRecord({"levelno": logging.INFO, "msg": "too low, directly"}))
    assert [record.body for record in logged()] == ["passes"]
    assert handler.stats()["accepted"] == 1


def test_a_filter_that_fails_does_not_reach_the_program(logger, handler, logged):
    def broken(record):
        raise RuntimeError("broken filter")

    handler.addFilter(broken)
    logger.info("lost")
    handler.removeFilter(broken)
    logger.info("arrives")
    assert [record.body for record in logged()] == ["arrives"]
    assert handler.stats()["dropped"] == {"error": 1}
    assert handler.stats()["accepted"] == 2


def test_a_record_that_cannot_be_encoded_costs_only_itself(logger, handler, logged):
    handler.handle(logging.makeLogRecord({"levelno": logging.INFO, "lineno": []}))
    logger.info("arrives")
    assert [record.body for record in logged()] == ["arrives"]
    assert handler.stats()["dropped"] == {"error": 1}


def test_the_formatter_that_was_set_makes_the_body(logger, handler, logged):
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    logger.warning("order %s", 7)
    assert logged()[0].body == "[WARNING] order 7"


def test_other_handlers_see_the_record_untouched(logger, handler, logged):
    seen = []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append(copy.copy(vars(record)))

    logger.removeHandler(handler)
    for one in (Keep(), handler, Keep()):
        logger.addHandler(one)
    try:
        int("x")
    except ValueError:
        logger.exception("failed %s", 1, extra={"metadata": {"a": [1]}}, stack_info=True)
    assert len(logged()) == 1
    assert seen[0] == seen[1]


def test_dict_config_makes_a_handler(sink):
    logger = logging.getLogger("app.configured")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"short": {"format": "%(levelname)s %(message)s"}},
            "handlers": {
                "spanlog": {
                    "class": "spanlog.SpanlogHandler",
                    "agent_id": "crypto",
                    "endpoint": sink.url,
                    "level": "WARNING",
                    "formatter": "short",
                    "flush_interval_seconds": 0.01,
                }
            },
            "loggers": {logger.name: {"handlers": ["spanlog"], "propagate": False}},
        }
    )
    (handler,) = logger.handlers
    logger.info("too low")
    logger.warning("passes")
    assert handler.flush(30)
    handler.close()
    logger.removeHandler(handler)
    assert [record.body for record in sink.records] == ["WARNING passes"]
    assert sink.records[0].resource["gen_ai.agent.id"] == "crypto"


def test_dict_config_tells_what_cannot_be_used(sink):
    with pytest.raises(ValueError, match="spanlog") as raised:
        logging.config.dictConfig(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"spanlog": {"class": "spanlog.SpanlogHandler", "agent_id": "x" * 65}},
            }
        )
    assert isinstance(raised.value.__cause__, spanlog.ConfigurationError)


def test_a_later_dict_config_neither_hangs_nor_ends_a_handler_that_stays(logger, handler, logged, sink):
    # Re-configuration closes every handler it knows while it holds logging's lock, and the sending thread's
    # HTTP client logs, which can need that lock.
    urllib3_logger = logging.getLogger("urllib3.connectionpool")
    urllib3_logger.setLevel(logging.DEBUG)
    logger.info("before")
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
    logger.info("after")
    assert [record.body for record in logged()] == ["before", "after"]
    assert handler.stats() == {"accepted": 2, "sent": 2, "queued": 0, "spooled": 0, "dropped": {}, **NOTHING_RECOVERED}
    urllib3_logger.setLevel(logging.NOTSET)


def test_the_same_handler_added_twice_does_not_double(logger, handler, logged):
    logger.addHandler(handler)
    logger.info("once")
    assert len(logged()) == 1


def test_what_the_http_client_logs_is_not_sent(attach, sink):
    root = logging.getLogger()
    level = root.level
    handler = attach(endpoint=sink.url)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        for number in range(3):
            logging.getLogger("app").debug("record %d", number)
            assert handler.flush(30)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert [record.body for record in sink.records] == ["record 0", "record 1", "record 2"]


def test_what_the_http_client_logs_through_a_queue_is_not_sent_either(attach, sink):
    handler = attach(endpoint=sink.url)
    records: queue.Queue = queue.Queue()
    listener = logging.handlers.QueueListener(records, handler)
    entrance = logging.handlers.QueueHandler(records)
    root = logging.getLogger()
    level = root.level
    root.addHandler(entrance)
    root.setLevel(logging.DEBUG)
    listener.start()
    try:
        logging.getLogger("app").debug("record")
        sink.wait_for(lambda: len(sink.records) == 1)
        assert handler.flush(30)
    finally:
        root.removeHandler(entrance)
        root.setLevel(level)
        listener.stop()
    assert handler.flush(30)
    assert [record.body for record in sink.records] == ["record"]


def test_the_same_client_used_by_the_program_is_logged(attach, sink):
    handler = attach(endpoint=sink.url)
    client_logger = logging.getLogger("urllib3.connectionpool")
    client_logger.addHandler(handler)
    client_logger.setLevel(logging.DEBUG)
    try:
        with urllib3.PoolManager() as pool:
            pool.request("POST", f"{sink.url}/other", body=b"")
        assert handler.flush(30)
    finally:
        client_logger.removeHandler(handler)
        client_logger.setLevel(logging.NOTSET)
    assert handler.stats()["sent"] > 0


def test_warnings_that_are_captured_arrive(attach, sink):
    handler = attach(endpoint=sink.url)
    warnings_logger = logging.getLogger("py.warnings")
    warnings_logger.addHandler(handler)
    logging.captureWarnings(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(False)
            logging.captureWarnings(True)
            warnings.warn("old way", DeprecationWarning, stacklevel=1)
    finally:
        logging.captureWarnings(False)
        warnings_logger.removeHandler(handler)
    assert handler.flush(30)
    assert "old way" in sink.records[0].body


def test_a_text_that_logs_while_it_is_made_does_not_hang(logger, handler, logged):
    class Chatty:
        def __str__(self):
            logger.info("inner")
            return "outer"

    logger.info("%s", Chatty())
    assert sorted(record.body for record in logged()) == ["inner", "outer"]


def test_a_text_that_logs_itself_does_not_hang(logger, handler, logged):
    class Endless:
        def __str__(self):
            logger.info("%s", self)
            return "never"

    logger.info("%s", Endless())
    assert logged()
    stats = handler.stats()
    assert stats["accepted"] == stats["sent"] + sum(stats["dropped"].values())


def test_a_finaliser_that_logs_does_not_hang(logger, attach, sink):
    handler = attach(endpoint=sink.url, max_queue_records=10)

    class Dying:
        def __del__(self):
            logger.info("finaliser")

    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for number in range(300):
            circle = [Dying()]
            circle.append(circle)
            del circle
            logger.info("record %d", number)
            handler.stats()
    finally:
        gc.set_threshold(*threshold)
    gc.collect()
    assert handler.flush(30)
    assert handler.stats()["accepted"] == 600


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs an interval timer")
def test_a_signal_handler_that_logs_does_not_hang(logger, attach, sink):
    handler = attach(endpoint=sink.url, max_queue_records=50)
    signals = 0

    def on_alarm(number, frame):
        nonlocal signals
        signals += 1
        logger.info("signal")

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0005)
    logged = 0
    try:
        while signals < 200:
            logger.info("record")
            handler.stats()
            logged += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert handler.flush(30)
    assert handler.stats()["accepted"] == logged + signals


def test_threads_lose_and_double_nothing(logger, attach, sink):
    handler = attach(endpoint=sink.url, max_queue_records=100_000, max_batch_records=500)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def work(name):
        for number in range(1_000):
            logger.info("record", extra={"mark": f"{name}-{number}"})

    try:
        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert handler.flush(30)
    marks = [record.attributes["mark"] for record in sink.records]
    assert sorted(marks) == sorted(f"{name}-{number}" for name in range(8) for number in range(1_000))
    assert len({record.attributes["log.record.uid"] for record in sink.records}) == 8_000
    assert handler.stats() == {
        "accepted": 8_000,
        "sent": 8_000,
        "queued": 0,
        "spooled": 0,
        "dropped": {},
        **NOTHING_RECOVERED,
    }


def test_asyncio_tasks_log_as_threads_do(logger, handler, logged):
    async def work(name):
        for number in range(20):
            logger.info("task %s record %d", name, number)
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*[work(name) for name in "abc"])

    asyncio.run(main())
    assert len(logged()) == 60


def test_nothing_is_started_before_the_first_record(attach, sink):
    before = threading.active_count()
    attach(endpoint=sink.url)
    assert threading.active_count() == before
    assert sink.connections == 0


def test_one_connection_is_kept(logger, handler, logged, sink):
    for number in range(5):
        logger.info("record %d", number)
        logged()
    assert len(sink.requests) == 5
    assert sink.connections == 1


def test_a_closed_handler_takes_records_again(logger, handler, logged):
    logger.info("first")
    handler.close()
    handler.close()
    assert [record.body for record in logged()] == ["first"]
    logger.info("second")
    assert [record.body for record in logged()] == ["first", "second"]


def test_a_handler_that_is_forgotten_sends_what_it_has_and_ends_its_thread(sink, logger):
    handler = spanlog.SpanlogHandler(endpoint=sink.url, flush_interval_seconds=30)
    logger.addHandler(handler)
    logger.info("last words")
    logger.removeHandler(handler)
    del handler
    gc.collect()
    sink.wait_for(lambda: len(sink.records) == 1)
