-- One log record by its id. What is no UUID is a sender's own id, which the schema hashes into one.
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
WHERE LogId = coalesce(toUUIDOrNull({id:String}), reinterpretAsUUID(sipHash128({id:String})))
ORDER BY Timestamp DESC
LIMIT 1
