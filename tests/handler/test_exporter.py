"""``SpanlogLogRecordExporter`` under the real OpenTelemetry SDK."""

from __future__ import annotations

import itertools
import logging

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler, ReadableLogRecord
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    LogRecordExporter,
    LogRecordExportResult,
    SimpleLogRecordProcessor,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

import spanlog
from spanlog._otel_records import PlacedFinisher, placed_records

# The SDK's own handler is what its users have, whatever it advises.
with_the_sdks_handler = pytest.mark.filterwarnings("ignore:.LoggingHandler.:DeprecationWarning")


@pytest.fixture
def exporter(sink):
    made = spanlog.SpanlogLogRecordExporter("crypto", endpoint=sink.url, flush_interval_seconds=0.01)
    yield made
    made.shutdown()


@pytest.fixture
def provider(exporter):
    made = LoggerProvider(resource=Resource({"service.name": "bots", "n": 1}), shutdown_on_exit=False)
    made.add_log_record_processor(BatchLogRecordProcessor(exporter))
    yield made
    made.shutdown()


def readable(body="hello", resource=None, scope=None, **fields):
    return ReadableLogRecord(
        log_record=LogRecord(timestamp=1, observed_timestamp=2, body=body, **fields),
        resource=resource or Resource({"service.name": "bots"}),
        instrumentation_scope=scope or InstrumentationScope("app"),
    )


def test_records_of_the_sdk_arrive_as_the_sdk_made_them(provider, exporter, sink):
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("work") as span:
        provider.get_logger("app", "1.2").emit(
            LogRecord(
                timestamp=17,
                observed_timestamp=18,
                severity_text="WARN",
                severity_number=SeverityNumber.WARN,
                body={"a": [1, 2.5, "x", None, True, b"\x00"]},
                attributes={"market": "ETH", "deep": {"in": (1, 2)}},
                event_name="order.failed",
            )
        )
    assert provider.force_flush()
    assert exporter.force_flush(30_000)
    (record,) = sink.records
    assert record.resource == {"service.name": "bots", "n": 1, "gen_ai.agent.id": "crypto"}
    assert (record.scope, record.message.event_name) == ("app", "order.failed")
    assert record.attributes == {"market": "ETH", "deep": {"in": [1, 2]}}
    assert record.message.body.kvlist_value.values[0].key == "a"
    assert (record.message.time_unix_nano, record.message.observed_time_unix_nano) == (17, 18)
    context = span.get_span_context()
    assert (record.trace_id, record.span_id) == (f"{context.trace_id:032x}", f"{context.span_id:016x}")


def test_the_agent_of_the_sdks_resource_stays(sink):
    exporter = spanlog.SpanlogLogRecordExporter("crypto", endpoint=sink.url)
    exporter.export([readable(resource=Resource({"gen_ai.agent.id": "its own"}))])
    exporter.shutdown()
    assert sink.records[0].resource == {"gen_ai.agent.id": "its own"}


@with_the_sdks_handler
def test_the_handler_of_the_sdk_may_sit_in_front(provider, exporter, sink, logger):
    logger.addHandler(LoggingHandler(logger_provider=provider))
    try:
        raise ValueError("no price")  # noqa: TRY301 - the case
    except ValueError:
        logger.exception("order %s failed", 17)
    assert provider.force_flush()
    assert exporter.force_flush(30_000)
    (record,) = sink.records
    assert record.body == "order 17 failed"
    assert record.attributes["exception.type"] == "ValueError"


def _resources():
    return [Resource({"service.name": name}, schema) for name in "ab" for schema in ("", "https://schema/1")]


def _scopes():
    return [InstrumentationScope("x"), InstrumentationScope("x", "2"), InstrumentationScope("x", "2", "url", {"a": 1})]


def test_a_request_is_the_one_that_the_sdks_own_encoder_makes():
    batch = [
        readable(str(number), resource, scope)
        for number, (resource, scope) in enumerate(itertools.product(_resources(), _scopes()))
    ] * 2
    records = list(placed_records(batch, None))
    request = ExportLogsServiceRequest.FromString(PlacedFinisher(None, 0).request(b"", records))

    def contents(request):
        return sorted(
            (
                part.resource.SerializeToString(),
                part.schema_url,
                scope.scope.SerializeToString(),
                scope.schema_url,
                [record.SerializeToString() for record in scope.log_records],
            )
            for part in request.resource_logs
            for scope in part.scope_logs
        )

    assert contents(request) == contents(encode_logs(batch))


HOSTILE = ["\ud800", object(), 2**80, {"a": object()}, [{1, 2}], {7: "x"}]


@pytest.mark.parametrize("value", HOSTILE, ids=["surrogate", "object", "huge", "object inside", "set", "number key"])
def test_a_value_that_cannot_be_encoded_costs_nothing_but_itself(exporter, sink, value):
    batch = [readable("before"), readable(value, attributes={"good": 1, "bad": value, "\ud800": 1}), readable("after")]
    assert exporter.export(batch) is LogRecordExportResult.SUCCESS
    assert exporter.force_flush(30_000)
    before, odd, after = sink.records
    assert (before.body, after.body) == ("before", "after")
    assert odd.attributes["good"] == 1
    assert odd.message.time_unix_nano == 1
    assert exporter.stats()["sent"] == 3


class _Broken:
    name = property(lambda _self: 1 / 0)


def test_a_record_that_cannot_be_encoded_at_all_is_counted(exporter, sink):
    batch = [readable("before"), ReadableLogRecord(LogRecord(), None, _Broken()), readable("after")]
    assert exporter.export(batch) is LogRecordExportResult.FAILURE
    assert exporter.force_flush(30_000)
    assert [record.body for record in sink.records] == ["before", "after"]
    assert exporter.stats()["dropped"] == {"error": 1}


def test_after_shutdown_nothing_is_taken(exporter):
    exporter.shutdown()
    assert exporter.export([readable()]) is LogRecordExportResult.FAILURE
    assert exporter.stats()["accepted"] == 0


def test_shutdown_of_the_provider_sends_everything(provider, exporter, sink):
    for number in range(2_000):
        provider.get_logger("app").emit(LogRecord(timestamp=1, observed_timestamp=1, body=str(number)))
    provider.shutdown()
    stats = exporter.stats()
    assert len(sink.records) == stats["sent"] == stats["accepted"] == 2_000


def test_what_cannot_be_sent_is_spooled_and_sent_later(refused_url, sink, tmp_path):
    settings = {"spool_dir": str(tmp_path / "spool"), "retry_initial_seconds": 0.01, "retry_seconds": 0.05}
    exporter = spanlog.SpanlogLogRecordExporter(endpoint=refused_url, **settings)
    exporter.export([readable("kept", scope=InstrumentationScope("app", "2"))])
    exporter.shutdown()
    assert exporter.stats()["spooled"] == 1
    assert any(path.is_file() for path in (tmp_path / "spool").rglob("*"))


def test_it_shares_the_settings_of_the_handler(sink, monkeypatch):
    monkeypatch.setenv("SPANLOG_ENDPOINT", sink.url)
    monkeypatch.setenv("SPANLOG_API_KEY", "the-key")
    monkeypatch.setenv("SPANLOG_AGENT_ID", "crypto")
    exporter = spanlog.SpanlogLogRecordExporter()
    exporter.export([readable()])
    exporter.shutdown()
    assert sink.requests[0].headers["authorization"] == "Bearer the-key"
    assert sink.records[0].resource["gen_ai.agent.id"] == "crypto"
    with pytest.raises(spanlog.ConfigurationError):
        spanlog.SpanlogLogRecordExporter(endpoint="not a url")


def test_secrets_do_not_leave(exporter, sink):
    token = "ghp_" + "a1B2" * 9
    exporter.export([readable(f"login with {token}", attributes={"password": "correct horse", "n": [token]})])
    assert exporter.force_flush(30_000)
    (record,) = sink.records
    assert token not in str(record.message)
    assert "correct horse" not in str(record.message)
    assert record.body.startswith("login with [redacted")


@with_the_sdks_handler
def test_sending_makes_no_records_of_its_own(sink):
    # The HTTP client logs each request at DEBUG through the root logger, on which the SDK's handler sits.
    exporter = spanlog.SpanlogLogRecordExporter(endpoint=sink.url, flush_interval_seconds=0.01)
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    handler = LoggingHandler(logger_provider=provider)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        logging.getLogger("app").debug("hello")
        for _ in range(3):
            assert exporter.force_flush(30_000)
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        provider.shutdown()
    assert [record.body for record in sink.records] == ["hello"]


def test_a_forgotten_exporter_sends_what_it_has(sink):
    spanlog.SpanlogLogRecordExporter(endpoint=sink.url).export([readable("last words")])
    sink.wait_for(lambda: [record.body for record in sink.records] == ["last words"])


def test_it_is_what_the_sdk_asks_for():
    assert issubclass(spanlog.SpanlogLogRecordExporter, LogRecordExporter)


AUTO = """
import logging
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
_OTelSDKConfigurator().configure()
logging.getLogger("app").error("order %s failed", 17)
"""


def test_the_sdk_finds_it_by_its_name(run_program, sink):
    ran = run_program(
        AUTO,
        warnings="ignore",
        OTEL_LOGS_EXPORTER="spanlog",
        OTEL_TRACES_EXPORTER="none",
        OTEL_METRICS_EXPORTER="none",
        OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED="true",
        OTEL_SERVICE_NAME="bots",
        SPANLOG_ENDPOINT=sink.url,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [(record.body, record.scope, record.resource["service.name"]) for record in sink.records] == [
        ("order 17 failed", "app", "bots")
    ]


def test_a_black_hole_does_not_keep_the_program(run_program, black_hole_url, tmp_path):
    ran = run_program(
        AUTO + "print('over')",
        warnings="ignore",
        OTEL_LOGS_EXPORTER="spanlog",
        OTEL_TRACES_EXPORTER="none",
        OTEL_METRICS_EXPORTER="none",
        OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED="true",
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_SPOOL_DIR=str(tmp_path / "spool"),
        SPANLOG_SHUTDOWN_SECONDS="0.5",
    )
    assert (ran.returncode, ran.stdout) == (0, "over\n")
    assert any(path.is_file() for path in (tmp_path / "spool").rglob("*"))


def test_the_name_is_found_late_and_once(run_program):
    # The SDK is what most of a short program's time would go to.
    ran = run_program(
        """
import sys, spanlog
assert "opentelemetry.sdk" not in sys.modules
assert spanlog.SpanlogLogRecordExporter is spanlog.SpanlogLogRecordExporter
assert "opentelemetry.sdk" in sys.modules
try:
    spanlog.no_such_name
except AttributeError as error:
    print(error)
"""
    )
    assert (ran.stdout, ran.stderr) == ("module 'spanlog' has no attribute 'no_such_name'\n", "")
