-- The log records that match, newest first, with the names and meanings that an entry's fields have, for files of
-- the engine's own formats.
SELECT
    toString(LogId) AS id,
    Timestamp AS created_at,
    toString(AgentId) AS agent_id,
    toString(Level) AS level,
    Body AS message,
    toString(Category) AS category,
    SessionId AS session_key,
    toString(Source) AS source,
    CAST(LogAttributes, 'Map(String, String)') AS metadata,
    TraceId AS trace_id,
    SpanId AS span_id,
    ParentId AS parent_id,
    LogId IN (SELECT LogId FROM spanlog_log_resolutions) AS resolved,
    if(Fingerprint = 0, '', lower(hex(Fingerprint))) AS fingerprint,
    ScopeName AS logger
FROM otel_logs
WHERE toUInt16(TraceFlags) < 300 AND {condition}
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, LogId DESC
LIMIT {limit:UInt64}
