-- What a list tells of these traces: who took part, how much there is of each, how much failed, and what to call it: the
-- root span's name, else the earliest span's, else the outermost operation's, else the first message's beginning.
SELECT
    trace_id,
    argMin(name, (rank, started)) AS root_name,
    countIf(rank < 2) AS span_count,
    countIf(rank >= 2) AS log_count,
    countIf(is_error) AS error_count,
    arraySort(groupUniqArray(100)(agent_id)) AS agents
FROM
(
    SELECT
        TraceId AS trace_id,
        toString(SpanName) AS name,
        if(ParentSpanId = '', 0, 1) AS rank,
        toUnixTimestamp64Nano(Timestamp) AS started,
        StatusCode = 'Error' AS is_error,
        AgentId AS agent_id
    FROM otel_traces
    WHERE
        TraceId IN {trace_ids:Array(String)}
        AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
        AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
    UNION ALL
    SELECT
        TraceId AS trace_id,
        if(LogAttributes['spanlog.operation.name'] = '',
            substringUTF8(Body, 1, 2000), LogAttributes['spanlog.operation.name']) AS name,
        if(LogAttributes['spanlog.operation.name'] = '', 3, 2) AS rank,
        toUnixTimestamp64Nano(Timestamp) AS started,
        Level IN ('error', 'critical') AS is_error,
        AgentId AS agent_id
    FROM otel_logs
    WHERE
        TraceId IN {trace_ids:Array(String)}
        AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
        AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
)
GROUP BY trace_id
