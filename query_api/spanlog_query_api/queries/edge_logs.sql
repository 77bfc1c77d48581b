-- Records by agent and level in a part of one stretch of five minutes, one by one.
SELECT AgentId AS agent_id, Level AS level, count() AS records
FROM otel_logs
WHERE
    -- For the table's order alone, worked out for no row: of Timestamp, which is in its key too, the engine does not
    -- find this by itself, and would read the day.
    indexHint(
        toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
        AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}))
    )
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY AgentId, Level
