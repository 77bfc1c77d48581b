"""Entry → OTLP: what is posted here goes into the journal as any other sender's records do."""

from collections.abc import Sequence
from typing import NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from spanlog_query_api.identifiers import TRACE_ID_FORM, UUID_FORM, is_uuid_text, trace_id_to_hex
from spanlog_query_api.metadata import (
    AGENT_ID,
    CATEGORY,
    PARENT_ID,
    RECORD_UID,
    SESSION_ID,
    SOURCE,
    metadata_to_attributes,
)
from spanlog_query_api.models.posting import PostedEntry
from spanlog_query_api.severity import SEVERITIES
from spanlog_query_api.uuid7 import new_uuid7


class BuiltRequest(NamedTuple):
    """The bytes of one ``ExportLogsServiceRequest``, and the ids of its records in the order of the entries."""

    body: bytes
    ids: list[str]


def entries_to_request(entries: Sequence[PostedEntry], unix_nanoseconds: int) -> BuiltRequest:
    """Return one request with a record for each of ``entries``.

    Args:
        entries: What was posted.
        unix_nanoseconds: The first entry's time. Each following one is a nanosecond later: the order in which
            they were sent is the order in which they are read.
    """
    request = ExportLogsServiceRequest()
    by_agent: dict[str, ResourceLogs] = {}
    ids = []
    for offset, entry in enumerate(entries):
        resource_logs = by_agent.get(entry.agent_id)
        if resource_logs is None:
            resource_logs = by_agent[entry.agent_id] = request.resource_logs.add(resource=_resource(entry))
            resource_logs.scope_logs.add()
        log_id = str(new_uuid7())
        ids.append(log_id)
        resource_logs.scope_logs[0].log_records.append(_record(entry, log_id, unix_nanoseconds + offset))
    return BuiltRequest(request.SerializeToString(), ids)


def _resource(entry: PostedEntry) -> Resource:
    return Resource(attributes=[_text("service.name", entry.agent_id), _text(AGENT_ID, entry.agent_id)])


def _record(entry: PostedEntry, log_id: str, unix_nanoseconds: int) -> LogRecord:
    severity_number, severity_text = SEVERITIES[entry.level]
    attributes = [_text(RECORD_UID, log_id), _text(SOURCE, entry.source)]
    for name, value in ((CATEGORY, entry.category), (SESSION_ID, entry.session_key), (PARENT_ID, entry.parent_id)):
        if value:
            attributes.append(_text(name, value))
    trace_id = b""
    if entry.trace_id is not None:
        trace_id = bytes.fromhex(trace_id_to_hex(entry.trace_id))
        if is_uuid_text(entry.trace_id):
            attributes.append(_text(TRACE_ID_FORM, UUID_FORM))
    attributes.extend(metadata_to_attributes(entry.metadata or {}))
    return LogRecord(
        time_unix_nano=unix_nanoseconds,
        observed_time_unix_nano=unix_nanoseconds,
        severity_number=severity_number,  # type: ignore[arg-type]  # an open enum: the number is its value
        severity_text=severity_text,
        body=AnyValue(string_value=entry.message),
        attributes=attributes,
        trace_id=trace_id,
    )


def _text(key: str, value: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))
