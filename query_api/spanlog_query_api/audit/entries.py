"""The changes that the store has, and those of the keys, as one list."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from spanlog_keys import Key, KeyEvent
from spanlog_query_api.audit.cursors import LATEST, AuditPlace
from spanlog_query_api.audit.question import AuditQuestion
from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.models.audit import AuditEntry, AuditPage
from spanlog_query_api.parameters import check_order
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import format_time

_MAX_UNIX_NANO: Final = 2**63 - 1


class _Placed(NamedTuple):
    place: AuditPlace
    entry: AuditEntry


def read_audit(queries: QueryRunner, keys: Sequence[Key], question: AuditQuestion) -> AuditPage:
    """Return a page of the changes that ``question`` asks for, those of ``keys`` among them.

    Raises:
        InvalidParameterError: the period ends before it begins, or the cursor is none.
    """
    check_order(question.since, question.until)
    first, end = question.since or 0, question.until if question.until is not None else _MAX_UNIX_NANO
    cursor, limit = _place(question.cursor), question.limit
    rows = queries.run(
        "audit_changes",
        {"since": first, "until": end, "before": cursor.unix_nano, "before_tie": cursor.tie, "limit": limit + 1},
    )
    placed = [_of_row(row) for row in rows]
    for key in keys:
        for event in key.events():
            of_key = _of_event(event)
            if first <= of_key.place.unix_nano < end and of_key.place < cursor:
                placed.append(of_key)
    placed.sort(key=lambda one: one.place, reverse=True)
    page = placed[:limit]
    return AuditPage(
        items=[one.entry for one in page],
        next_cursor=page[-1].place.text() if len(placed) > limit else None,
    )


def _place(text: str) -> AuditPlace:
    try:
        return AuditPlace.of(text) if text else LATEST
    except ValueError as error:
        raise InvalidParameterError("cursor", str(error)) from error


def _of_row(row: Row) -> _Placed:
    is_record = row["kind"] == "record"
    entry = AuditEntry(
        at=format_time(row["unix_nano"]),
        action=f"{row['kind']}.{row['action']}",
        target=row["record_id"] if is_record else format_fingerprint(row["fingerprint"]),
        count=row["count"],
        by=row["changed_by"],
        key=row["changed_with_key"],
        detail=_detail(row),
    )
    return _Placed(AuditPlace(row["unix_nano"], row["tie"]), entry)


def _detail(row: Row) -> str | None:
    if row["text"]:
        return str(row["text"])
    if row["other_fingerprint"]:
        return format_fingerprint(row["other_fingerprint"])
    if row["muted_until_unix_nano"]:
        return f"until {format_time(row['muted_until_unix_nano'])}"
    return f"until {row['muted_records']} more records" if row["muted_records"] else None


def _of_event(event: KeyEvent) -> _Placed:
    key = event.key
    detail = ", ".join(sorted(key.scopes))
    if key.agents:
        detail += f"; agents {', '.join(sorted(key.agents))}"
    entry = AuditEntry(
        at=format_time(event.unix_nano),
        action=f"key.{event.action}",
        target=key.name,
        count=1,
        by=event.by,
        key="",
        detail=detail,
    )
    return _Placed(AuditPlace(event.unix_nano, f"key:{key.name}:{event.action}"), entry)
