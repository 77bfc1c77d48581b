-- Every agent with its newest record, its number of records, and its errors since a time.
SELECT
    AgentId AS agent_id,
    toUnixTimestamp64Nano(max(Timestamp)) AS last_unix_nano,
    count() AS total,
    countIf(
        Level IN ('error', 'critical')
        AND Timestamp >= fromUnixTimestamp64Nano({errors_since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({errors_until:Int64})
    ) AS errors_24h
FROM otel_logs
GROUP BY AgentId
ORDER BY last_unix_nano DESC, agent_id
LIMIT 10000
