-- One page of the log records that match, newest first. An empty text or a time of 0 filters nothing.
-- The order begins with the table's own, so that the engine reads from the newest end and stops at the limit; the
-- period is named twice because the table is ordered by the first and cut by the second.
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
WHERE
    ({since:Int64} = 0 OR (
        Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
    ))
    AND ({until:Int64} = 0 OR (
        Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}))
    ))
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    AND ({level:String} = '' OR Level = {level:String})
    AND ({category:String} = '' OR Category = {category:String})
    AND ({source:String} = '' OR Source = {source:String})
    AND ({session_key:String} = '' OR SessionId = {session_key:String})
    AND ({trace_id:String} = '' OR TraceId = {trace_id:String})
    AND ({resolved:String} = '' OR (
        LogId IN (SELECT LogId FROM spanlog_log_resolutions)
        -- Or its group is resolved, up to a later record.
        OR (Fingerprint != 0 AND toUnixTimestamp64Nano(Timestamp) <= transform(
            Fingerprint,
            (SELECT arrayPushBack(groupArray(Fingerprint), 0) FROM spanlog_error_states FINAL),
            (
                SELECT arrayPushBack(groupArray(toUnixTimestamp64Nano(GroupResolvedThrough)), 0)
                FROM spanlog_error_states FINAL
            ),
            0
        ))
    ) = ({resolved:String} = 'true'))
    AND ({search:String} = '' OR positionCaseInsensitiveUTF8(Body, {search:String}) > 0)
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, LogId DESC
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
