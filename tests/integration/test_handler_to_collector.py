"""What programs attach, against the real collector and the real store."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry

import spanlog
from spanlog_collector.addresses import Address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.server import Collector

ANY_PORT = Address("127.0.0.1", 0)
KEY = "correct-horse-battery"
MAX_BODY_BYTES = 64 * 1024
ROWS = """
SELECT Body AS body, AgentId AS agent, SessionId AS session, ScopeName AS scope FROM otel_logs
WHERE ServiceName = {service:String} ORDER BY Timestamp
"""


@pytest.fixture(scope="module")
def collector(store, tmp_path_factory):
    """A collector that asks for a key, in an event loop of its own, in a thread."""
    data = DataDirectory(tmp_path_factory.mktemp("data"))
    data.acquire()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(60)

    config = CollectorConfig(otlp_http=ANY_PORT, otlp_grpc=ANY_PORT, max_body_bytes=MAX_BODY_BYTES, api_key=KEY)
    running = Collector(config, data, store, CollectorRegistry())
    run(running.start())
    yield running
    assert run(running.stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    data.release()


@pytest.fixture(params=["http/protobuf", "grpc"])
def way(request, collector):
    """Settings for both ways into the collector."""
    address = collector.otlp_grpc if request.param == "grpc" else collector.otlp_http
    return {"protocol": request.param, "endpoint": f"http://{address}", "api_key": KEY, "spool_dir": ""}


@pytest.fixture
def service():
    """A service name that no other test uses."""
    return f"service-{uuid.uuid4()}"


@pytest.fixture
def stored(store, service):
    """Gives the rows of the service, once there are as many as said."""

    def rows(count):
        deadline = time.monotonic() + 30
        while len(found := store.query(ROWS, {"service": service})) < count:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found

    return rows


def test_records_of_a_session_are_stored_under_its_agent(way, service, stored):
    logger = logging.Logger("app", 1)  # noqa: LOG001 - outside of the tree of loggers
    handler = spanlog.SpanlogHandler("crypto", service_name=service, session_key="run-1", **way)
    logger.addHandler(handler)
    logger.info("before")
    with spanlog.session("run-42", agent_id="planner"):
        logger.info("inside")
    handler.close()
    assert handler.stats()["sent"] == 2
    assert [(row["body"], row["agent"], row["session"]) for row in stored(2)] == [
        ("before", "crypto", "run-1"),
        ("inside", "planner", "run-42"),
    ]


def test_what_is_too_large_for_one_request_is_stored_in_parts(way, service, stored):
    logger = logging.Logger("app", 1)  # noqa: LOG001 - as above
    settings = {"flush_interval_seconds": 5, "retry_initial_seconds": 0.01, "compression": "none"}
    handler = spanlog.SpanlogHandler("crypto", service_name=service, **settings, **way)
    logger.addHandler(handler)
    for number in range(100):
        logger.info("%d %s", number, "x" * 2_000)
    handler.close()
    assert handler.stats()["sent"] == 100
    assert [row["body"].split()[0] for row in stored(100)] == [str(number) for number in range(100)]


def test_records_of_the_sdk_are_stored_with_their_scope(way, service, stored):
    exporter = spanlog.SpanlogLogRecordExporter("crypto", **way)
    provider = LoggerProvider(resource=Resource({"service.name": service}), shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    provider.get_logger("app").emit(LogRecord(timestamp=time.time_ns(), body="hello"))
    provider.shutdown()
    (row,) = stored(1)
    assert (row["body"], row["agent"], row["scope"]) == ("hello", "crypto", "app")


def test_a_wrong_key_is_a_reason_of_its_own(way, service):
    logger = logging.Logger("app", 1)  # noqa: LOG001 - as above
    handler = spanlog.SpanlogHandler("crypto", service_name=service, **{**way, "api_key": "wrong"})
    logger.addHandler(handler)
    logger.info("kept out")
    handler.close()
    assert handler.stats()["dropped"] == {"http_401": 1}
