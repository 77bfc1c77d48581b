-- The log records of one trace, earliest first. A parent that is no UUID may be a sender's own record id, which the
-- schema hashes into one; so parents are compared as the schema compares ids.
SELECT
    toString(LogId) AS id,
    SpanId AS span_id,
    ParentId AS parent_id,
    if(ParentId = '', '', toString(coalesce(
        toUUIDOrNull(ParentId), reinterpretAsUUID(sipHash128(ParentId))
    ))) AS parent_log_id,
    if(EventName != '', EventName, ScopeName) AS name,
    AgentId AS agent_id,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    Level AS level,
    Body AS message,
    LogAttributes AS attributes
FROM otel_logs
WHERE TraceId = {trace_id:String}
ORDER BY Timestamp, LogId
LIMIT {limit:UInt64}
