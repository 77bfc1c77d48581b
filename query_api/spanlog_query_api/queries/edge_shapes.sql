-- Records by message shape in a part of an hour, one by one.
SELECT PatternHash AS shape, count() AS records
FROM otel_logs
WHERE
    Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY PatternHash
