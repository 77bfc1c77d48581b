-- One page of the log records that match, newest first.
-- The order begins with the table's own, so that the engine reads from the newest end and stops at the limit. It reads
-- the other columns for the rows of the page alone, but only where there is a filter: hence one that every row passes.
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
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, LogId DESC
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
