-- Which log records came since a moment, and for which of the listeners' conditions, in the order of their coming.
SELECT
    toUnixTimestamp64Milli(IngestedAt) AS ingested,
    toString(LogId) AS id,
    {conditions} AS matches
FROM otel_logs
WHERE IngestedAt >= fromUnixTimestamp64Milli({since:Int64}) AND {condition}
ORDER BY IngestedAt, LogId
LIMIT {limit:UInt64}
