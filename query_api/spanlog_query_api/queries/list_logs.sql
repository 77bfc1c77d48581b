-- One page of the log records that match, newest first.
-- The order begins with the table's own, so that the engine reads from the newest end and stops at the limit. It reads
-- the other columns for the rows of the page alone, but only where there is a filter: hence one that every row passes,
-- and that the engine does not see through: 70 ms instead of 350 for the newest of a million records in five minutes.
SELECT
    {entry_columns}
FROM otel_logs
WHERE toUInt16(TraceFlags) < 300 AND {condition}
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, LogId DESC
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
