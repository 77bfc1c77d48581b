-- One trace as a whole; no row when there is no such trace.
SELECT
    min(started) AS start_unix_nano,
    max(ended) AS end_unix_nano,
    countIf(is_span) AS span_count,
    countIf(NOT is_span) AS log_count,
    countIf(is_error) AS error_count,
    arraySort(groupUniqArray(100)(agent_id)) AS agents
FROM
(
    SELECT
        toUnixTimestamp64Nano(Timestamp) AS started,
        -- A span that claims to end after the engine's last moment ends at it.
        started + toInt64(least(Duration, toUInt64(9223372036854775807 - started))) AS ended,
        true AS is_span,
        StatusCode = 'Error' AS is_error,
        AgentId AS agent_id
    FROM otel_traces
    WHERE TraceId = {trace_id:String}
    UNION ALL
    SELECT
        toUnixTimestamp64Nano(Timestamp) AS started,
        started AS ended,
        false AS is_span,
        Level IN ('error', 'critical') AS is_error,
        AgentId AS agent_id
    FROM otel_logs
    WHERE TraceId = {trace_id:String}
)
HAVING count() > 0
