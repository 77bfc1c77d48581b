"""How ``spanlog.testing`` and the exporter are used, for the type checker: nothing here is run. See handler_usage."""

from typing import Any, assert_type

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

import spanlog
from spanlog.testing import CapturedRecord, InMemoryTransport, RecordedException, capture_records, captured_records

__all__ = ["captured_records"]


def assert_on_what_was_logged(captured_records: InMemoryTransport) -> None:
    assert_type(captured_records.records(), list[CapturedRecord])
    assert_type(captured_records.messages(), list[str])
    record = captured_records.records()[0]
    assert_type(record.message, str)
    assert_type(record.session_key, str | None)
    assert_type(record.attributes, dict[str, Any])
    assert_type(record.exception, RecordedException | None)
    record.message = "x"  # type: ignore[misc]
    captured_records.clear()


def capture_without_pytest() -> None:
    with capture_records() as captured:
        assert_type(captured, InMemoryTransport)


def export_what_the_sdk_has() -> None:
    exporter = spanlog.SpanlogLogRecordExporter("crypto", endpoint="https://logs", protocol="grpc", timeout_seconds=5)
    assert_type(exporter, spanlog.SpanlogLogRecordExporter)
    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    assert_type(exporter.stats(), spanlog.HandlerStats)
    assert_type(exporter.force_flush(1_000), bool)
    exporter.shutdown()
    spanlog.SpanlogLogRecordExporter(session_key="run-42")  # type: ignore[call-arg]
