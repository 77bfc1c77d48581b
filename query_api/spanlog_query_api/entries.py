"""Row → entry."""

from collections.abc import Sequence

from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.error_groups.lifecycle import known_states
from spanlog_query_api.error_groups.states import States
from spanlog_query_api.identifiers import TRACE_ID_FORM, display_trace_id
from spanlog_query_api.metadata import attributes_to_metadata
from spanlog_query_api.models.entries import Entry
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.resolutions import RecordedResolution, known_resolutions
from spanlog_query_api.times import NANOSECONDS_PER_MILLISECOND, format_milliseconds, format_time


def read_entries(queries: QueryRunner, rows: Sequence[Row]) -> list[Entry]:
    """Return the entries of ``rows``, each with who resolved it."""
    if not rows:
        return []
    resolutions = known_resolutions(queries, list(dict.fromkeys(row["id"] for row in rows)))
    states = known_states(queries) if any(row["fingerprint"] for row in rows) else {}
    return [row_to_entry(row, resolutions.get(row["id"]) or _with_its_group(row, states)) for row in rows]


def _with_its_group(row: Row, states: States) -> RecordedResolution | None:
    """Return who resolved the group that a record is of, if that takes the record in."""
    state = states.get(row["fingerprint"])
    if state is None or not 0 < state.group_resolved_through >= row["unix_nano"]:
        return None
    group = states.get(state.group)
    return RecordedResolution(group.resolved_by, group.resolved_at // NANOSECONDS_PER_MILLISECOND) if group else None


def row_to_entry(row: Row, resolution: RecordedResolution | None) -> Entry:
    """Return the entry of one row of ``list_logs.sql`` or ``find_log.sql``."""
    attributes = row["attributes"]
    return Entry(
        id=row["id"],
        created_at=format_time(row["unix_nano"]),
        agent_id=row["agent_id"],
        level=row["level"],
        message=row["message"],
        category=row["category"] or None,
        session_key=row["session_key"] or None,
        source=row["source"],
        metadata=attributes_to_metadata(attributes),
        trace_id=display_trace_id(row["trace_id"], attributes.get(TRACE_ID_FORM, "")) or None,
        span_id=row["span_id"] or None,
        parent_id=row["parent_id"] or None,
        resolved=resolution is not None,
        resolved_by=resolution.resolved_by if resolution else None,
        resolved_at=format_milliseconds(resolution.unix_milliseconds) if resolution else None,
        fingerprint=format_fingerprint(row["fingerprint"]) if row["fingerprint"] else None,
        logger=row["logger"] or None,
    )
