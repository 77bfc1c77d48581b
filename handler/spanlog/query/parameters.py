"""The parameters of the routes. None is left out.

Written from the API's OpenAPI document: ``pytest tests/query_api/test_typed_client.py --update-client``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class LogFilters(TypedDict, total=False):
    """Which of them."""

    agent_id: str | None
    """Only this agent. Empty: every agent."""
    level: Literal["debug", "info", "warn", "error", "critical"] | None
    """Only this level."""
    category: str | None
    """Only this category."""
    source: str | None
    """Only this source."""
    session_key: str | None
    """Only this run or conversation."""
    trace_id: str | None
    """Only this trace: a UUID or 32 hex digits."""
    span_id: str | None
    """Only this span: 16 hex digits."""
    parent_id: str | None
    """Only what hangs under this record or span."""
    fingerprint: str | None
    """Only this error group: 16 hex digits."""
    pattern: str | None
    """Only messages of this pattern: its id, as `GET /patterns` gives it."""
    resolved: bool | None
    """Only records that are, or are not, resolved."""
    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""
    search: str | None
    """Text that the message contains, in any case."""
    attributes: Mapping[str, str | int | float | bool] | None
    """Only records whose attribute, else whose resource's, of each name has this value."""


class ErrorFilters(TypedDict, total=False):
    """Which of them."""

    status: Literal["open", "resolved", "muted", "regressed", "new", "recurring"] | None
    """Only groups of this status, or that are new or recurring."""
    agent_id: str | None
    """Only this agent. Empty: every agent."""
    level: Literal["debug", "info", "warn", "error", "critical"] | None
    """Only records of this level."""
    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""
    search: str | None
    """Text that title or type contain, in any case."""
    assigned_to: str | None
    """Only groups assigned to this person or agent."""
    recurring_min: int | None
    """How many records make an error recurring."""
    sort: Literal["last_seen", "first_seen", "count", "status"] | None
    """By what; `status` puts regressed first, then open, muted, resolved."""
    order: Literal["desc", "asc"] | None
    """The greatest first, or the least."""
    buckets: int | None
    """For a small chart of each group: in so many stretches of time."""


class TraceFilters(TypedDict, total=False):
    """Which of them."""

    agent_id: str | None
    """Only traces in which this agent took part."""
    service: str | None
    """Only with a span or record of this service."""
    name: str | None
    """Only with a span of this name, the root or any other, or an operation that records tell of; `*` stands for
    any text.
    """
    min_duration: str | None
    """Only traces that took at least this long: `250ms`, `1.5s`, `2m`, `1h`, `10us`, `500ns`; a number alone is
    milliseconds.
    """
    max_duration: str | None
    """Only traces that took at most this long; written likewise."""
    error: bool | None
    """Only traces with, or without, a span of status Error or a record of level error or critical."""
    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""
    order: Literal["start", "duration"] | None
    """Latest start first, or longest first."""
    attributes: Mapping[str, str | int | float | bool] | None
    """Only records whose attribute, else whose resource's, of each name has this value."""


class SessionFilters(TypedDict, total=False):
    """Which of them."""

    agent_id: str | None
    """Only sessions in which this agent took part."""
    error: bool | None
    """Only sessions with, or without, an error."""
    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""


class TimelineFilters(TypedDict, total=False):
    """Which of them."""

    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""


class GetSummaryParameters(TypedDict, total=False):
    """What ``get_summary`` may be asked."""

    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""
    agent_id: str | None
    """Only this agent. Empty: every agent."""
    recurring_min: int | None
    """How many records make an error recurring."""


class GetAuditParameters(TypedDict, total=False):
    """What ``get_audit`` may be asked."""

    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""
    limit: int | None
    """Changes on a page."""
    cursor: str | None
    """`next_cursor` of the page before."""


class GetErrorsParameters(ErrorFilters, total=False):
    """What ``get_errors`` may be asked."""

    limit: int | None
    """Groups on a page."""
    cursor: str | None
    """The `next_cursor` of the page before."""


class GetErrorParameters(TypedDict, total=False):
    """What ``get_error`` may be asked."""

    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""


class GetSimilarParameters(TypedDict, total=False):
    """What ``get_similar`` may be asked."""

    limit: int | None
    """Groups at most."""


class GetPatternsParameters(TypedDict, total=False):
    """What ``get_patterns`` may be asked."""

    since: str | datetime | None
    """Start of the period, itself inside. RFC 3339; without a zone UTC."""
    until: str | datetime | None
    """End of the period, itself outside. RFC 3339; without a zone UTC."""
    agent_id: str | None
    """Only this agent. Empty: every agent."""
    level: Literal["debug", "info", "warn", "error", "critical"] | None
    """Only records of this level."""
    search: str | None
    """Text that the pattern's template or example contains, in any case."""
    limit: int | None
    """Patterns on a page."""
    offset: int | None
    """Patterns to pass over."""
    cursor: str | None
    """The `next_cursor` of the page before."""


class GetLogsParameters(LogFilters, total=False):
    """What ``get_logs`` may be asked."""

    q: str | None
    """The query language: `level:>=warn agent_id:crypto "flash loan" -heartbeat order_id:>100 (a OR b)`. Words and
    phrases are looked for in the message; `name:value` in the field, or else the attribute, of that name; `*`
    stands for any text.
    """
    limit: int | None
    """Records on a page."""
    offset: int | None
    """Records to pass over."""
    cursor: str | None
    """`next_cursor` of the page before; then without `offset`."""


class GetHistogramParameters(LogFilters, total=False):
    """What ``get_histogram`` may be asked."""

    q: str | None
    """The query language: `level:>=warn agent_id:crypto "flash loan" -heartbeat order_id:>100 (a OR b)`. Words and
    phrases are looked for in the message; `name:value` in the field, or else the attribute, of that name; `*`
    stands for any text.
    """
    bars: int | None
    """Intervals at most."""


class GetFacetsParameters(LogFilters, total=False):
    """What ``get_facets`` may be asked."""

    q: str | None
    """The query language: `level:>=warn agent_id:crypto "flash loan" -heartbeat order_id:>100 (a OR b)`. Words and
    phrases are looked for in the message; `name:value` in the field, or else the attribute, of that name; `*`
    stands for any text.
    """
    field: list[str] | None
    """A field of the query language, or an attribute's name (`attr.level` for an attribute named like a field).
    Several: give it several times.
    """
    limit: int | None
    """Values of each field at most."""


class GetFieldsParameters(LogFilters, total=False):
    """What ``get_fields`` may be asked."""

    q: str | None
    """The query language: `level:>=warn agent_id:crypto "flash loan" -heartbeat order_id:>100 (a OR b)`. Words and
    phrases are looked for in the message; `name:value` in the field, or else the attribute, of that name; `*`
    stands for any text.
    """
    limit: int | None
    """Attributes at most."""


class GetContextParameters(TypedDict, total=False):
    """What ``get_context`` may be asked."""

    before: int | None
    """Records before it."""
    after: int | None
    """Records after it."""


class GetTracesParameters(TraceFilters, total=False):
    """What ``get_traces`` may be asked."""

    limit: int | None
    """Traces on a page."""
    cursor: str | None
    """The `next_cursor` of the page before."""


class GetSessionsParameters(SessionFilters, total=False):
    """What ``get_sessions`` may be asked."""

    limit: int | None
    """Sessions on a page."""
    cursor: str | None
    """The `next_cursor` of the page before."""


class GetSessionParameters(TimelineFilters, total=False):
    """What ``get_session`` may be asked."""

    limit: int | None
    """Records and spans on a page."""
    cursor: str | None
    """The `next_cursor` of the page before."""
