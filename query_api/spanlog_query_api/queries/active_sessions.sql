-- The sessions that were active in a period, the latest active first, from a place in that order on: active are those
-- with a log record or span of this agent, or an error, where that is asked for. The period is named twice for the
-- records, because their table is ordered by the first and cut by the second.
SELECT session_key, max(started) AS last_unix_nano
FROM
(
    SELECT
        SessionId AS session_key,
        toUnixTimestamp64Nano(Timestamp) AS started,
        Level IN ('error', 'critical') AS is_error
    FROM otel_logs
    WHERE
        SessionId != ''
        AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({error:String} != 'true' OR Level IN ('error', 'critical'))
    UNION ALL
    SELECT
        SessionId AS session_key,
        toUnixTimestamp64Nano(Timestamp) AS started,
        StatusCode = 'Error' AS is_error
    FROM otel_traces
    WHERE
        SessionId != ''
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({error:String} != 'true' OR StatusCode = 'Error')
)
GROUP BY session_key
HAVING
    (last_unix_nano, session_key) < ({before:Int64}, {before_key:String})
    AND ({error:String} != 'false' OR NOT max(is_error))
ORDER BY last_unix_nano DESC, session_key DESC
LIMIT {limit:UInt64}
