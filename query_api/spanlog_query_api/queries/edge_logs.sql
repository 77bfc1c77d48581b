-- Records by agent and level in a part of one stretch of five minutes, one by one.
SELECT AgentId AS agent_id, Level AS level, count() AS records
FROM otel_logs
WHERE
    Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY AgentId, Level
