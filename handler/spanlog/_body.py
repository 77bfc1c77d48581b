"""The body of one request: made once from a batch's records, never changed, and cut in two if it is too large."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    from spanlog._finish import BatchFinisher
    from spanlog._record import QueuedRecord

Compression = Literal["gzip", "none"]

_GZIP_LEVEL = 1
# RFC 1952. An ExportLogsServiceRequest begins with the tag of its only field, 0x0a, or is empty.
_GZIP_MAGIC = b"\x1f\x8b"


class Body(NamedTuple):
    """The bytes of a request and how many records are in it."""

    content: bytes
    record_count: int


def packed(request: bytes, compression: Compression) -> bytes:
    """Give the bytes to send for an encoded request: the same ones whenever it is called."""
    return gzip.compress(request, _GZIP_LEVEL, mtime=0) if compression == "gzip" else request


def is_gzipped(content: bytes) -> bool:
    """Whether the content of a body is compressed."""
    return content.startswith(_GZIP_MAGIC)


def unpacked(content: bytes) -> bytes:
    """Give the encoded request in the content of a body.

    Raises:
        OSError, EOFError, zlib.error: it is damaged.
    """
    return gzip.decompress(content) if is_gzipped(content) else content


def body_of(
    records: Sequence[QueuedRecord], resource: bytes, compression: Compression, finisher: BatchFinisher
) -> Body:
    """Make the body for a batch of records, in the background."""
    return Body(packed(finisher.request(resource, records), compression), len(records))


def halves(body: Body) -> tuple[Body, Body]:
    """Cut the body of a request into two of half the records each, in their order.

    Raises:
        ValueError: it holds a single record or is no request.
    """
    # Needed only where a collector refuses a request as too large: an import that is worth waiting for.
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest  # noqa: PLC0415

    request = ExportLogsServiceRequest.FromString(unpacked(body.content))
    compression: Compression = "gzip" if is_gzipped(body.content) else "none"
    total = sum(len(scope.log_records) for part in request.resource_logs for scope in part.scope_logs)
    if total < 2:  # noqa: PLR2004 - two halves
        raise ValueError("a single record cannot be cut")
    cut = total // 2
    left, right = ExportLogsServiceRequest(), ExportLogsServiceRequest()
    left.CopyFrom(request)
    right.CopyFrom(request)
    _keep_records(left, range(cut))
    _keep_records(right, range(cut, total))
    return (
        Body(packed(left.SerializeToString(deterministic=True), compression), cut),
        Body(packed(right.SerializeToString(deterministic=True), compression), total - cut),
    )


def _keep_records(request: ExportLogsServiceRequest, wanted: range) -> None:
    """Leave in a request the records in a range, counted through all its scopes, and no empty scope."""
    start = 0
    for part in request.resource_logs:
        for scope in part.scope_logs:
            end = start + len(scope.log_records)
            del scope.log_records[max(0, wanted.stop - start) :]
            del scope.log_records[: max(0, wanted.start - start)]
            start = end
        kept = [scope for scope in part.scope_logs if scope.log_records]
        del part.scope_logs[:]
        part.scope_logs.extend(kept)
