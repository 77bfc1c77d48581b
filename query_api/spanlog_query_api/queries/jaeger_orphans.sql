-- How many spans of these traces name a parent that is not stored.
SELECT TraceId AS trace_id, count() AS orphans
FROM otel_traces
WHERE
    TraceId IN {trace_ids:Array(String)}
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
    AND ParentSpanId != ''
    AND (TraceId, ParentSpanId) NOT IN (
        SELECT TraceId, SpanId
        FROM otel_traces
        WHERE
            TraceId IN {trace_ids:Array(String)}
            AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
            AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
    )
GROUP BY trace_id
