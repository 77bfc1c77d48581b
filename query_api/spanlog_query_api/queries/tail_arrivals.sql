-- Which log records came since a moment, and for which of the listeners' conditions, in the order of their coming: bit
-- by bit in one number, which costs Python less to read than as many numbers.
SELECT
    toUnixTimestamp64Milli(IngestedAt) AS ingested,
    toString(LogId) AS id,
    arraySum((holds, bit) -> bitShiftLeft(toUInt64(holds), bit), {conditions} AS every, range(length(every))) AS matches
FROM otel_logs
WHERE IngestedAt >= fromUnixTimestamp64Milli({since:Int64}) AND matches > 0
ORDER BY IngestedAt, LogId
LIMIT {limit:UInt64}
