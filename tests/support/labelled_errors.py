"""The labelled set of errors (tests/fingerprints): its rows, how they are stored, and how well a grouping fits it."""

import datetime as dt
import itertools
import json
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from spanlog_collector.storage import Store

SET = Path(__file__).parents[1] / "fingerprints" / "set.jsonl"
_ATTRIBUTES = {
    "type": "exception.type",
    "message": "exception.message",
    "stacktrace": "exception.stacktrace",
    "template": "spanlog.template",
}

Row = dict[str, Any]


class PairCounts(NamedTuple):
    """All pairs of rows: of one bug and in one group, in one group only, of one bug only."""

    together: int
    wrongly_together: int
    wrongly_apart: int

    @property
    def precision(self) -> float:
        return self.together / max(1, self.together + self.wrongly_together)

    @property
    def recall(self) -> float:
        return self.together / max(1, self.together + self.wrongly_apart)


def labelled_rows() -> list[Row]:
    with SET.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def attributes_of(row: Row) -> dict[str, str]:
    return {name: row[key] for key, name in _ATTRIBUTES.items() if row.get(key)}


def store_rows(store: Store, rows: Iterable[Row], service: str) -> list[dict[str, Any]]:
    """Store rows as a writer does that knows only the standard columns; return what became of them, in their order."""
    now = dt.datetime.now(dt.UTC)
    store.insert(
        "otel_logs",
        ["Timestamp", "ServiceName", "SeverityNumber", "ScopeName", "Body", "LogAttributes"],
        [
            [now, service, 17, str(number), row.get("body") or row.get("message") or "", attributes_of(row)]
            for number, row in enumerate(rows)
        ],
    )
    return store.query(
        "SELECT Fingerprint AS fingerprint, FingerprintRule AS rule, FingerprintParts AS parts FROM otel_logs "
        "WHERE ServiceName = {service:String} ORDER BY toUInt32(ScopeName)",
        {"service": service},
    )


def count_pairs(
    rows: Sequence[Row], groups: Sequence[Hashable], *, is_any_caller_the_same_bug: bool = False
) -> PairCounts:
    """Compare every pair of rows.

    One bug that another function of the program ran into (``parse_price/feed``) is neither right nor wrong to be a
    group of its own (docs/adr/0005-fingerprints.md), so such pairs are left out, unless ``is_any_caller_the_same_bug``.
    """
    together = wrongly_together = wrongly_apart = 0
    for (first, group), (second, other) in itertools.combinations(zip(rows, groups, strict=True), 2):
        is_same_bug, is_same_group = first["label"] == second["label"], group == other
        if is_same_bug and first["case"] != second["case"] and not is_any_caller_the_same_bug:
            continue
        together += is_same_bug and is_same_group
        wrongly_together += is_same_group and not is_same_bug
        wrongly_apart += is_same_bug and not is_same_group
    return PairCounts(together, wrongly_together, wrongly_apart)
