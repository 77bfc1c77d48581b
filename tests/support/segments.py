"""Export requests from the official classes, and how they lie in a segment."""

import time

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


def framed(body: bytes, received_unix_nano: int | None = None) -> bytes:
    """``body`` as it lies in a segment."""
    return frame_header(body, digest_of(body), received_unix_nano or time.time_ns()) + body
