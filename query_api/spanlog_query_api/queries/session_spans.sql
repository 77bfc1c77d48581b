-- Spans of one session in the order of their start, from a place on.
SELECT
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    TraceId AS trace_id,
    SpanId AS span_id,
    ParentSpanId AS parent_id,
    toString(SpanName) AS name,
    AgentId AS agent_id,
    Duration AS duration_nano,
    StatusCode AS status,
    StatusMessage AS message,
    SpanAttributes AS attributes,
    {usage_columns}
FROM otel_traces
WHERE
    SessionId = {session_key:String}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND (Timestamp, TraceId, SpanId) >= (fromUnixTimestamp64Nano({since:Int64}), {trace_id:String}, {span_id:String})
ORDER BY Timestamp, TraceId, SpanId
LIMIT {limit:UInt64}
