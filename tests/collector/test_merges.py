"""Small parts are one file and merged row by row; large ones are a file for each column and merged by column."""

import pytest

from spanlog_collector.storage import migrate

PARTS = """
SELECT part_type, part_storage_type FROM system.parts
WHERE active AND database = {database:String} AND table = 'otel_logs'
"""
CONTENT = """
SELECT count() AS rows, sum(cityHash64(Timestamp, Body, LogAttributes, LogId, PatternHash, Fingerprint)) AS checksum
FROM otel_logs
"""
INSERT = """
INSERT INTO otel_logs (Timestamp, Body, LogAttributes)
SELECT toDateTime64('2026-01-01 12:00:00', 9) + number % 7, randomPrintableASCII(1000), map('n', toString(number))
FROM numbers({rows})
"""


@pytest.mark.parametrize(
    ("rows", "merged"),
    [(100, ("Compact", "Packed")), (9_000, ("Wide", "Full"))],
)
def test_parts_are_merged_in_the_form_of_their_size_and_keep_their_rows(empty_store, rows, merged):
    migrate(empty_store)
    parameters = {"database": empty_store.location.database}
    empty_store.execute("SYSTEM STOP MERGES otel_logs")
    for _ in range(3):
        empty_store.execute(INSERT.replace("{rows}", str(rows)))
    inserted = [tuple(part.values()) for part in empty_store.query(PARTS, parameters)]
    assert inserted == [("Compact", "Packed")] * 3
    before = empty_store.query(CONTENT)
    empty_store.execute("SYSTEM START MERGES otel_logs")
    empty_store.execute("OPTIMIZE TABLE otel_logs FINAL")
    assert [tuple(part.values()) for part in empty_store.query(PARTS, parameters)] == [merged]
    assert empty_store.query(CONTENT) == before
