-- Records of a period by agent and level. Each row carries the sums over all agents too: one question, one moment.
SELECT
    agent_id, total, debug, info, warn, error, critical,
    count() OVER () AS agents_total,
    sum(total) OVER () AS all_total,
    sum(debug) OVER () AS all_debug,
    sum(info) OVER () AS all_info,
    sum(warn) OVER () AS all_warn,
    sum(error) OVER () AS all_error,
    sum(critical) OVER () AS all_critical
FROM
(
    SELECT
        AgentId AS agent_id,
        count() AS total,
        countIf(Level = 'debug') AS debug,
        countIf(Level = 'info') AS info,
        countIf(Level = 'warn') AS warn,
        countIf(Level = 'error') AS error,
        countIf(Level = 'critical') AS critical
    FROM otel_logs
    WHERE
        Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
        AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}))
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    GROUP BY AgentId
)
ORDER BY error + critical DESC, total DESC, agent_id
LIMIT 1000
