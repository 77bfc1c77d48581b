-- Records by message shape, and by agent and level, in a part of an hour, one by one.
SELECT
    grouping(PatternHash) AS is_of_agent,
    PatternHash AS shape,
    toString(AgentId) AS agent_id,
    toString(Level) AS level,
    count() AS records
FROM otel_logs
WHERE
    Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY GROUPING SETS ((PatternHash), (AgentId, Level))
