-- Records of a period by agent and level. Each row carries the sums over all agents too: one question, one moment.
-- Whole five minutes are counted already; records are counted at the edges only, and only where an edge cuts through
-- what was counted (the Python module counting.py says where).
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
        sum(records) AS total,
        sumIf(records, Level = 'debug') AS debug,
        sumIf(records, Level = 'info') AS info,
        sumIf(records, Level = 'warn') AS warn,
        sumIf(records, Level = 'error') AS error,
        sumIf(records, Level = 'critical') AS critical
    FROM
    (
        SELECT AgentId, Level, sum(Records) AS records
        FROM spanlog_log_counts
        WHERE
            FiveMinutes >= toDateTime({counted_since:Int64})
            AND FiveMinutes < toDateTime({counted_until:Int64})
            AND First >= fromUnixTimestamp64Nano({since:Int64})
            AND First < fromUnixTimestamp64Nano({until:Int64})
            AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        GROUP BY AgentId, Level
        UNION ALL
        SELECT AgentId, Level, count() AS records
        FROM otel_logs
        WHERE
            {first_edge_since:Int64} < {first_edge_until:Int64}
            AND Timestamp >= fromUnixTimestamp64Nano({first_edge_since:Int64})
            AND Timestamp < fromUnixTimestamp64Nano({first_edge_until:Int64})
            AND toStartOfFiveMinutes(Timestamp) = toStartOfFiveMinutes(fromUnixTimestamp64Nano({first_edge_since:Int64}))
            AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        GROUP BY AgentId, Level
        UNION ALL
        SELECT AgentId, Level, count() AS records
        FROM otel_logs
        WHERE
            {last_edge_since:Int64} < {last_edge_until:Int64}
            AND Timestamp >= fromUnixTimestamp64Nano({last_edge_since:Int64})
            AND Timestamp < fromUnixTimestamp64Nano({last_edge_until:Int64})
            AND toStartOfFiveMinutes(Timestamp) = toStartOfFiveMinutes(fromUnixTimestamp64Nano({last_edge_since:Int64}))
            AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        GROUP BY AgentId, Level
    )
    GROUP BY AgentId
)
ORDER BY error + critical DESC, total DESC, agent_id
LIMIT 1000
