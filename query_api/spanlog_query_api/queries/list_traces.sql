-- Traces that start in a period, of spans and of log records alike: those with a row at or after its start for which a
-- condition holds. Rows up to a margin before and after the period are looked at: before it to see that a trace had
-- already begun, after it to see where it ends. The time is named twice for the records, because their table is ordered
-- by the first and cut by the second.
WITH candidates AS
(
    SELECT TraceId
    FROM otel_traces
    WHERE
        Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
        AND {span_condition}
    UNION ALL
    SELECT TraceId
    FROM otel_logs
    WHERE
        toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
        AND {condition}
)
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
        AND Timestamp >= fromUnixTimestamp64Nano(greatest({since:Int64} - {margin:Int64}, 0))
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
        AND TraceId IN (SELECT TraceId FROM candidates)
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
        AND toStartOfFiveMinutes(Timestamp)
            >= toStartOfFiveMinutes(fromUnixTimestamp64Nano(greatest({since:Int64} - {margin:Int64}, 0)))
        AND Timestamp >= fromUnixTimestamp64Nano(greatest({since:Int64} - {margin:Int64}, 0))
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
        AND TraceId IN (SELECT TraceId FROM candidates)
)
GROUP BY trace_id
HAVING
    start_unix_nano >= {since:Int64}
    AND start_unix_nano < {until:Int64}
    AND ({agent_id:String} = '' OR countIf(agent_id = {agent_id:String}) > 0)
    AND ({error:String} = '' OR (error_count > 0) = ({error:String} = 'true'))
    AND duration_nano >= {min_duration:Int64}
    AND duration_nano <= {max_duration:Int64}
    AND (-sorted_by, trace_id) > (-{before:Int64}, {before_id:String})
ORDER BY if({order:String} = 'duration', duration_nano, start_unix_nano) AS sorted_by DESC, trace_id
LIMIT {limit:UInt64}
