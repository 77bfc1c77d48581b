-- One message of each of some shapes, from the records of a period; cut as the examples that are kept are.
SELECT
    PatternHash AS shape,
    toValidUTF8(substring(any(Body), 1, 500)) AS example
FROM otel_logs
WHERE
    PatternHash IN {shapes:Array(UInt64)}
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({first:Int64}))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({last:Int64}))
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
GROUP BY PatternHash
