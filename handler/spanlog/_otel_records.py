"""Records of the OpenTelemetry SDK as OTLP bytes, one by one, with the place in a request where each belongs.

The encoder is the SDK's own (opentelemetry-exporter-otlp-proto-common). Taken apart, its records can wait in the
same queue as those of a handler, be redacted by the same code, and be put together for a request again.
"""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING, Self

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs

from spanlog import _encode
from spanlog._session import AGENT_ATTRIBUTE
from spanlog._values import any_value, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opentelemetry.proto.logs.v1.logs_pb2 import ResourceLogs
    from opentelemetry.proto.resource.v1.resource_pb2 import Resource
    from opentelemetry.sdk._logs import ReadableLogRecord

    from spanlog._finish import BatchRedactor
    from spanlog._record import QueuedRecord


class Place(str):
    """Where in a request a record belongs. Equal if resource and scope are; a text, as a handler's scope is.

    Attributes:
        resource: an encoded ResourceLogs without any scope.
        scope: an encoded ScopeLogs without any record.
    """

    __slots__ = ("resource", "scope")

    resource: bytes
    scope: bytes

    @classmethod
    def of(cls, resource: bytes, scope: bytes) -> Self:
        """Give the place of a resource and a scope."""
        place = cls(f"{len(resource)} {resource.decode('latin-1')} {scope.decode('latin-1')}")
        place.resource, place.scope = resource, scope
        return place


def placed_records(batch: Sequence[ReadableLogRecord], agent_id: str | None) -> Iterator[QueuedRecord | None]:
    """Encode records.

    Args:
        batch: as a processor hands them to an exporter.
        agent_id: who logs, for a resource that does not say it itself.

    Yields:
        For each record its place and the encoded LogRecord, as ``PlacedFinisher`` takes them; None for one that
        cannot be encoded at all.
    """
    for part in _encoded(batch):
        if part is None:
            yield None
            continue
        if agent_id is not None:
            _name_agent(part.resource, agent_id)
        scopes = list(part.scope_logs)
        del part.scope_logs[:]
        resource = part.SerializeToString()
        for scope in scopes:
            records = list(scope.log_records)
            del scope.log_records[:]
            place = Place.of(resource, scope.SerializeToString())
            for record in records:
                yield (place, b"", True), None, record.SerializeToString(), None


class PlacedFinisher:
    """Makes requests of records that are whole but for their secrets.

    Args:
        redactor: replaces secrets; None if the program wants none of that.
        max_value_bytes: not looked at: what is too large is the SDK's business.
    """

    def __init__(self, redactor: BatchRedactor | None, max_value_bytes: int) -> None:  # noqa: ARG002 - as said
        self._redactor = redactor

    def request(self, resource: bytes, records: Sequence[QueuedRecord]) -> bytes:  # noqa: ARG002 - they bring their own
        """Give the ExportLogsServiceRequest for a batch."""
        encoded = [record[2] for record in records]
        if self._redactor is not None:
            encoded = self._redactor.redact_batch(encoded)
        records_by_place: dict[str, list[bytes]] = {}
        for (head, *_), record in zip(records, encoded, strict=True):
            records_by_place.setdefault(head[0], []).append(record)
        return _joined_request(records_by_place)


def _joined_request(records_by_place: Mapping[str, list[bytes]]) -> bytes:
    """Give the request for records by place, as ``_encode.request`` does for those of one resource."""
    scopes_by_resource: dict[bytes, list[bytes]] = {}
    for place, records in records_by_place.items():
        assert isinstance(place, Place)  # noqa: S101 - placed_records made it
        # Field 2 of ScopeLogs is its records, field 2 of ResourceLogs its scopes.
        joined = b"".join([_encode.framed(b"\x12", record) for record in records])
        scopes_by_resource.setdefault(place.resource, []).append(_encode.framed(b"\x12", place.scope + joined))
    # Field 1 of ExportLogsServiceRequest is its ResourceLogs.
    return b"".join(
        [_encode.framed(b"\x0a", resource + b"".join(scopes)) for resource, scopes in scopes_by_resource.items()]
    )


def _encoded(batch: Sequence[ReadableLogRecord]) -> Iterator[ResourceLogs | None]:
    try:
        yield from encode_logs(batch).resource_logs
    except Exception:  # noqa: BLE001 - one value that cannot be encoded must not cost its neighbours
        for record in batch:
            yield _encoded_alone(record)


def _encoded_alone(record: ReadableLogRecord) -> ResourceLogs | None:
    """Encode one record, with what the SDK's encoder refuses (lone surrogates, wide integers, objects) rendered."""
    try:
        return encode_logs([record]).resource_logs[0]
    except Exception:  # noqa: BLE001 - as above; now it is known that it is this one
        bare = copy.copy(record.log_record)
    body, attributes = bare.body, dict(bare.attributes or {})
    bare.body, bare.attributes = None, None
    try:
        part = encode_logs([dataclasses.replace(record, log_record=bare)]).resource_logs[0]
    except Exception:  # noqa: BLE001 - not what was logged but the record itself
        return None
    encoded = part.scope_logs[0].log_records[0]
    # Field 5 of LogRecord is its body.
    encoded.MergeFromString(_encode.framed(b"\x2a", any_value(body)))
    for name, value in attributes.items():
        encoded.MergeFromString(_encode.attribute(safe_text(name), any_value(value)))
    return part


def _name_agent(resource: Resource, agent_id: str) -> None:
    if all(attribute.key != AGENT_ATTRIBUTE for attribute in resource.attributes):
        resource.attributes.add(key=AGENT_ATTRIBUTE).value.string_value = agent_id
