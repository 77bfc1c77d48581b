"""Requests into tables of their own, and what the engine then holds, in the shape of ``plain_decode``."""

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from plain_decode import Row
from segments import framed

from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import SIGNALS
from spanlog_collector.storage import Store
from spanlog_collector.storage.tables import LOGS, TRACES

_TABLES = {"logs": LOGS, "traces": TRACES}
_SIGNALS = {signal.name: signal for signal in SIGNALS}


def _pairs(column: str) -> str:
    # A client's dictionary would hide a key that is there twice.
    return f"arraySort(arrayZip(mapKeys({column}), mapValues({column}))) AS `{column}`"


def _same(*columns: str) -> str:
    return ", ".join(columns)


_SELECTS = {
    "logs": f"""
        SELECT toUnixTimestamp64Nano(Timestamp) AS Timestamp,
            {_same("TraceId", "SpanId", "TraceFlags", "SeverityText", "SeverityNumber", "ServiceName", "Body")},
            {_same("ResourceSchemaUrl", "ScopeSchemaUrl", "ScopeName", "ScopeVersion", "EventName")},
            {_pairs("ResourceAttributes")}, {_pairs("ScopeAttributes")}, {_pairs("LogAttributes")},
            toString(LogId) AS LogId
        FROM {LOGS}
    """,
    "traces": f"""
        SELECT toUnixTimestamp64Nano(Timestamp) AS Timestamp,
            {_same("TraceId", "SpanId", "ParentSpanId", "TraceState", "SpanName", "SpanKind", "ServiceName")},
            {_same("ScopeName", "ScopeVersion", "Duration", "StatusCode", "StatusMessage")},
            {_pairs("ResourceAttributes")}, {_pairs("SpanAttributes")},
            arrayMap(t -> toUnixTimestamp64Nano(t), `Events.Timestamp`) AS EventTimes, `Events.Name` AS EventNames,
            arrayMap(m -> arraySort(arrayZip(mapKeys(m), mapValues(m))), `Events.Attributes`) AS EventAttributes,
            `Links.TraceId` AS LinkTraceIds, `Links.SpanId` AS LinkSpanIds, `Links.TraceState` AS LinkStates,
            arrayMap(m -> arraySort(arrayZip(mapKeys(m), mapValues(m))), `Links.Attributes`) AS LinkAttributes
        FROM {TRACES}
    """,
}


def check_and_load(store: Store, folder: Path, signal: str, bodies: Sequence[bytes], received: int) -> None:
    """Store ``bodies`` as the collector does: each checked, all in one segment."""
    segment = folder / f"{uuid.uuid4()}.segment"
    checked = (check_request(_SIGNALS[signal], body) for body in bodies)
    segment.write_bytes(b"".join(framed(request.body, received) for request in checked if request.records))
    store.load_segment(_SIGNALS[signal], segment, segment.stem)
    segment.unlink()


def take_rows(store: Store, signal: str) -> list[Row]:
    """Return all rows of ``signal`` and empty the table."""
    rows = store.query(_SELECTS[signal])
    store.execute(f"TRUNCATE TABLE {_TABLES[signal]}")
    return [_nested(row) if signal == "traces" else row for row in rows]


def rows_of_service(store: Store, signal: str, service: str, count: int) -> list[Row]:
    """Return the rows of ``service`` when there are ``count``."""
    select = f"{_SELECTS[signal]} WHERE ServiceName = {{service:String}}"
    deadline = time.monotonic() + 20
    while len(rows := store.query(select, {"service": service})) != count:
        assert time.monotonic() < deadline, f"{len(rows)} rows, not {count}"
        time.sleep(0.02)
    return [_nested(row) if signal == "traces" else row for row in rows]


def _nested(row: Row) -> Row:
    row["Events"] = [
        {"Timestamp": time, "Name": name, "Attributes": attributes}
        for time, name, attributes in zip(
            row.pop("EventTimes"), row.pop("EventNames"), row.pop("EventAttributes"), strict=True
        )
    ]
    row["Links"] = [
        {"TraceId": trace, "SpanId": span, "TraceState": state, "Attributes": attributes}
        for trace, span, state, attributes in zip(
            row.pop("LinkTraceIds"), row.pop("LinkSpanIds"), row.pop("LinkStates"), row.pop("LinkAttributes"),
            strict=True,
        )
    ]  # fmt: skip
    return row


def assert_same_rows(stored: list[Row], expected: list[Row]) -> None:
    """Compare without order; ids of records only where the request gave them."""
    ids: dict[str, list[list[str]]] = defaultdict(lambda: [[], []])
    for side, rows in enumerate((stored, expected)):
        for row in rows:
            ids[_key(row)][side].append(row.get("LogId") or "")
    different = [key for key, (ours, theirs) in ids.items() if len(ours) != len(theirs)]
    if different:
        there = sorted(_key(row) for row in stored if _key(row) in different)
        wanted = sorted(_key(row) for row in expected if _key(row) in different)
        raise AssertionError(f"stored:\n{chr(10).join(there)}\nexpected:\n{chr(10).join(wanted)}")
    for ours, theirs in ids.values():
        assert {given for given in theirs if given} <= set(ours), (ours, theirs)


def _key(row: Row) -> str:
    return json.dumps({name: value for name, value in row.items() if name != "LogId"}, sort_keys=True)
