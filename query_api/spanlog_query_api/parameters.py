"""The kinds of parameter that several routes take, with what the documentation says of them."""

import time
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from spanlog_query_api.error_groups.fingerprints import fingerprint_of
from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.identifiers import check_pattern_id, span_id_to_hex, trace_id_to_hex
from spanlog_query_api.severity import Level, normalise_level
from spanlog_query_api.text import AgentId, RecordId
from spanlog_query_api.times import DAY_NANOSECONDS, parse_time

Instant = Annotated[
    int,
    BeforeValidator(parse_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-20T08:15:00Z"]}),
]
LevelName = Annotated[Level, BeforeValidator(normalise_level)]
TraceIdHex = Annotated[str, AfterValidator(trace_id_to_hex)]
SpanIdHex = Annotated[str, AfterValidator(span_id_to_hex)]
PatternId = Annotated[str, AfterValidator(check_pattern_id)]
FingerprintNumber = Annotated[
    int, BeforeValidator(fingerprint_of), WithJsonSchema({"type": "string", "examples": ["00c3d1a5b7e9f204"]})
]

Since = Annotated[
    Instant | None, Field(description="Start of the period, itself inside. RFC 3339; without a zone UTC.")
]
Until = Annotated[Instant | None, Field(description="End of the period, itself outside. RFC 3339; without a zone UTC.")]
AgentFilter = Annotated[AgentId, Field(description="Only this agent. Empty: every agent.")]
TraceIdPath = Annotated[TraceIdHex, Path(description="A UUID or 32 hex digits.")]
RecordIdPath = Annotated[RecordId, Path(description="The entry's id, or the `log.record.uid` that its sender gave it.")]


def check_order(since: int | None, until: int | None) -> None:
    """Refuse a period that ends before it begins.

    Raises:
        InvalidParameterError: ``since`` is not before ``until``.
    """
    if since is not None and until is not None and since >= until:
        raise InvalidParameterError("since", "must be before until")


def period(since: int | None, until: int | None) -> tuple[int, int]:
    """Return the period [since, until): by default the 24 hours before ``until``, which is now by default.

    Raises:
        InvalidParameterError: ``since`` is not before ``until``.
    """
    end = time.time_ns() if until is None else until
    start = max(0, end - DAY_NANOSECONDS) if since is None else since
    check_order(start, end)
    return start, end
