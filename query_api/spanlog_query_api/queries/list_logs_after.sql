-- The log records that match and come first, oldest first: list_logs.sql the other way round.
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
WHERE TraceFlags <= 255 AND {condition}
ORDER BY toStartOfFiveMinutes(Timestamp), Timestamp, LogId
LIMIT {limit:UInt64}
