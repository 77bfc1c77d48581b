-- The log records that match and come first, oldest first: list_logs.sql the other way round.
SELECT
    {entry_columns}
FROM otel_logs
WHERE toUInt16(TraceFlags) < 300 AND {condition}
ORDER BY toStartOfFiveMinutes(Timestamp), Timestamp, LogId
LIMIT {limit:UInt64}
