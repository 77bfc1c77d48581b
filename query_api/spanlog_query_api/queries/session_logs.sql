-- Log records of one session in the order of time, from a place on.
SELECT
    {entry_columns},
    {usage_columns}
FROM otel_logs
WHERE
    SessionId = {session_key:String}
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND (Timestamp, LogId) >= (fromUnixTimestamp64Nano({since:Int64}), {id:UUID})
ORDER BY toStartOfFiveMinutes(Timestamp), Timestamp, LogId
LIMIT {limit:UInt64}
