-- The log records of these ids, which came at or after a moment.
SELECT
    {entry_columns}
FROM otel_logs
WHERE IngestedAt >= fromUnixTimestamp64Milli({since:Int64}) AND LogId IN {ids:Array(UUID)}
