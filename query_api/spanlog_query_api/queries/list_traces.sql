-- Which traces start in a period and how long they took, of spans and of log records alike: those with a row at or after
-- its start for which a condition holds. Rows up to a margin before and after the period are looked at: before it to see
-- that a trace had already begun, after it to see where it ends. There may be millions of traces, so no more is kept of
-- each than what chooses and sorts it; trace_figures.sql has the rest. The time is named twice for the records, because
-- their table is ordered by the first and cut by the second.
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
    max(ended) - min(started) AS duration_nano
FROM
(
    SELECT
        TraceId AS trace_id,
        toUnixTimestamp64Nano(Timestamp) AS started,
        -- A span that claims to end after the engine's last moment ends at it.
        started + toInt64(least(Duration, toUInt64(9223372036854775807 - started))) AS ended,
        {error:String} != '' AND StatusCode = 'Error' AS is_error,
        {agent_id:String} != '' AND AgentId = {agent_id:String} AS is_of_agent
    FROM otel_traces
    WHERE
        TraceId != ''
        AND Timestamp >= fromUnixTimestamp64Nano(greatest({since:Int64} - {margin:Int64}, 0))
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
        AND ({is_every:Bool} OR TraceId IN (SELECT TraceId FROM candidates))
    UNION ALL
    SELECT
        TraceId AS trace_id,
        toUnixTimestamp64Nano(Timestamp) AS started,
        started AS ended,
        {error:String} != '' AND Level IN ('error', 'critical') AS is_error,
        {agent_id:String} != '' AND AgentId = {agent_id:String} AS is_of_agent
    FROM otel_logs
    WHERE
        TraceId != ''
        AND toStartOfFiveMinutes(Timestamp)
            >= toStartOfFiveMinutes(fromUnixTimestamp64Nano(greatest({since:Int64} - {margin:Int64}, 0)))
        AND Timestamp >= fromUnixTimestamp64Nano(greatest({since:Int64} - {margin:Int64}, 0))
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64} + {margin:Int64})
        AND ({is_every:Bool} OR TraceId IN (SELECT TraceId FROM candidates))
)
GROUP BY trace_id
HAVING
    start_unix_nano >= {since:Int64}
    AND start_unix_nano < {until:Int64}
    AND ({agent_id:String} = '' OR max(is_of_agent))
    AND ({error:String} = '' OR max(is_error) = ({error:String} = 'true'))
    AND duration_nano >= {min_duration:Int64}
    AND duration_nano <= {max_duration:Int64}
    AND (-sorted_by, trace_id) > (-{before:Int64}, {before_id:String})
ORDER BY if({order:String} = 'duration', duration_nano, start_unix_nano) AS sorted_by DESC, trace_id
LIMIT {limit:UInt64}
