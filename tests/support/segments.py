"""Export requests from the official classes, and how they lie in a segment."""

import time
from pathlib import Path

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from spanlog_collector.journal.frame import digest_of, frame_header

Request = ExportLogsServiceRequest | ExportTraceServiceRequest


def log_request(service: str, *bodies: str) -> ExportLogsServiceRequest:
    """One request with a record for each body."""
    request = ExportLogsServiceRequest()
    resource_logs = request.resource_logs.add()
    resource_logs.resource.attributes.add(key="service.name").value.string_value = service
    scope_logs = resource_logs.scope_logs.add()
    for body in bodies:
        record = scope_logs.log_records.add(time_unix_nano=time.time_ns(), severity_number=9)
        record.body.string_value = body
    return request


def refused_by_the_engine(marker: str) -> bytes:
    """A request that the engine refuses, and that cannot be written anew: what is in its record ends too early."""
    request = log_request("poison", marker)
    record = request.resource_logs[0].scope_logs[0].log_records[0].SerializeToString()
    return _nested(1, _nested(2, _nested(2, record + b"\x32\x7f")))


def _nested(number: int, content: bytes) -> bytes:
    assert len(content) < 128, "a length of one byte"
    return bytes([number << 3 | 2, len(content)]) + content


def put_segment(journal: Path, sequence: int, *parts: bytes) -> Path:
    """A closed segment in the folder of a journal that nobody has open."""
    journal.mkdir(parents=True, exist_ok=True)
    path = journal / f"logs-{sequence:020}-{sequence:016x}.segment"
    path.write_bytes(b"".join(parts))
    return path


def framed(body: bytes, received_unix_nano: int | None = None) -> bytes:
    """``body`` as it lies in a segment."""
    return frame_header(body, digest_of(body), received_unix_nano or time.time_ns()) + body
