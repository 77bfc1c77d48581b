"""Records of lines into OTLP requests."""

import socket
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from spanlog._uid import UIDS  # the same distribution: ids are made in one place
from spanlog_cli.recognise.records import LineRecord
from spanlog_cli.send.attribute_values import clean_text, key_value

MAX_BATCH_RECORDS: Final = 4_000
MAX_BATCH_BYTES: Final = 2 * 1024 * 1024
SCOPE_NAME: Final = "spanlog.send"


class Position(NamedTuple):
    """A line in one of the sources."""

    source_index: int
    line_number: int


class Batch(NamedTuple):
    """One request."""

    content: bytes
    """A serialized ``ExportLogsServiceRequest``."""
    record_count: int
    first: Position
    """Where its first record starts."""


class BatchBuilder:
    """Gathers records until there are enough of them for one request.

    Args:
        agent_id: who logged.
        attributes: of every record.
    """

    def __init__(
        self,
        agent_id: str,
        attributes: Mapping[str, str],
        *,
        max_records: int = MAX_BATCH_RECORDS,
        max_bytes: int = MAX_BATCH_BYTES,
    ) -> None:
        self._resource = [
            key_value("service.name", agent_id),
            key_value("gen_ai.agent.id", agent_id),
            key_value("host.name", socket.gethostname()),
        ]
        self._common = [key_value(name, value) for name, value in attributes.items()]
        self._max_records = max_records
        self._max_bytes = max_bytes
        self._records: list[LogRecord] = []
        self._bytes = 0
        self._first = Position(0, 1)

    @property
    def is_full(self) -> bool:
        """Whether what has been gathered should be sent now."""
        return len(self._records) >= self._max_records or self._bytes >= self._max_bytes

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self._records

    def add(self, record: LineRecord, source_index: int, source_attributes: list[KeyValue]) -> None:
        """Add a record."""
        if not self._records:
            self._first = Position(source_index, record.first_line)
        message = LogRecord(
            time_unix_nano=record.time_unix_nano,
            observed_time_unix_nano=time.time_ns(),
            severity_number=record.severity.number,  # type: ignore[arg-type] # an enum's number
            severity_text=record.severity.text,
            trace_id=record.trace_id,
            span_id=record.span_id,
        )
        message.body.string_value = clean_text(record.body)
        message.attributes.add(key="log.record.uid").value.string_value = UIDS.next(record.time_unix_nano)
        message.attributes.extend(self._common)
        message.attributes.extend(source_attributes)
        if record.attributes:
            # A key stands once: what a JSON line calls by one of these names gives way.
            taken = {attribute.key for attribute in message.attributes}
            own = ((name, value) for name, value in record.attributes.items() if name not in taken)
            message.attributes.extend(key_value(name, value) for name, value in own)
        self._records.append(message)
        self._bytes += message.ByteSize()

    def take(self) -> Batch:
        """Give what has been gathered as one request, and start anew."""
        request = ExportLogsServiceRequest()
        resource_logs = request.resource_logs.add()
        resource_logs.resource.attributes.extend(self._resource)
        scope_logs = resource_logs.scope_logs.add()
        scope_logs.scope.name = SCOPE_NAME
        scope_logs.log_records.extend(self._records)
        batch = Batch(request.SerializeToString(), len(self._records), self._first)
        self._records = []
        self._bytes = 0
        return batch
