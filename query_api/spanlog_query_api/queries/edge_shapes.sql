-- Records by message shape in a part of an hour, one by one. The period is named twice because the table is ordered by
-- the first and cut by the second.
SELECT PatternHash AS shape, count() AS records
FROM otel_logs
WHERE
    toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}))
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY PatternHash
