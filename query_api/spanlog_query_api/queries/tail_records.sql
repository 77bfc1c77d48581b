-- The log records of these ids, which came at or after a moment.
SELECT
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    toString(LogId) AS id,
    AgentId AS agent_id,
    Level AS level,
    Body AS message,
    Category AS category,
    SessionId AS session_key,
    Source AS source,
    LogAttributes AS attributes,
    TraceId AS trace_id,
    SpanId AS span_id,
    ParentId AS parent_id,
    Fingerprint AS fingerprint,
    ScopeName AS logger
FROM otel_logs
WHERE IngestedAt >= fromUnixTimestamp64Milli({since:Int64}) AND LogId IN {ids:Array(UUID)}
