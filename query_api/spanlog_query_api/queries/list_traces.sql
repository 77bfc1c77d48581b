-- Traces that start in a period, of spans and of log records alike. Rows up to a margin before and after the period
-- are looked at: before it to see that a trace had already begun, after it to see where it ends.
SELECT
    trace_id,
    min(started) AS start_unix_nano,
    max(ended) - min(started) AS duration_nano,
    countIf(is_span) AS span_count,
    countIf(NOT is_span) AS log_count,
    countIf(is_error) AS error_count,
    arraySort(groupUniqArray(100)(agent_id)) AS agents
FROM
(
    SELECT
        TraceId AS trace_id,
        toUnixTimestamp64Nano(Timestamp) AS started,
        -- A span that claims to end after the engine's last moment ends at it.
        started + toInt64(least(Duration, toUInt64(9223372036854775807 - started))) AS ended,
        true AS is_span,
        StatusCode = 'Error' AS is_error,
        AgentId AS agent_id
    FROM otel_traces
    WHERE
        TraceId != ''
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64} - {margin:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
    UNION ALL
    SELECT
        TraceId AS trace_id,
        toUnixTimestamp64Nano(Timestamp) AS started,
        started AS ended,
        false AS is_span,
        Level IN ('error', 'critical') AS is_error,
        AgentId AS agent_id
    FROM otel_logs
    WHERE
        TraceId != ''
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64} - {margin:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
)
GROUP BY trace_id
HAVING
    start_unix_nano >= {since:Int64}
    AND start_unix_nano < {until:Int64}
    AND ({agent_id:String} = '' OR countIf(agent_id = {agent_id:String}) > 0)
ORDER BY if({order:String} = 'duration', duration_nano, start_unix_nano) DESC, trace_id
LIMIT {limit:UInt64}
