-- How many log records match: the same conditions as in list_logs.sql, which a test holds.
SELECT count() AS total
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
