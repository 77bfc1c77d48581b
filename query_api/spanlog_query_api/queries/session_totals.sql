-- What log records and spans of a period amount to, by session.
SELECT
    session_key,
    min(started) AS first_unix_nano,
    max(ended) AS last_unix_nano,
    countIf(is_span) AS span_count,
    countIf(NOT is_span) AS log_count,
    countIf(is_error) AS error_count,
    uniqExactIf(trace_id, trace_id != '') AS trace_count,
    arraySort(groupUniqArray(100)(agent_id)) AS agents
FROM
(
    SELECT
        SessionId AS session_key,
        toUnixTimestamp64Nano(Timestamp) AS started,
        started AS ended,
        false AS is_span,
        Level IN ('error', 'critical') AS is_error,
        TraceId AS trace_id,
        AgentId AS agent_id
    FROM otel_logs
    WHERE
        SessionId IN {session_keys:Array(String)}
        AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    UNION ALL
    SELECT
        SessionId AS session_key,
        toUnixTimestamp64Nano(Timestamp) AS started,
        -- A span that claims to end after the engine's last moment ends at it.
        started + toInt64(least(Duration, toUInt64(9223372036854775807 - started))) AS ended,
        true AS is_span,
        StatusCode = 'Error' AS is_error,
        TraceId AS trace_id,
        AgentId AS agent_id
    FROM otel_traces
    WHERE
        SessionId IN {session_keys:Array(String)}
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
)
GROUP BY session_key
