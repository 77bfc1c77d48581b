-- In which sessions records of these fingerprints lie, the latest first, each with how many sessions there are.
SELECT
    SessionId AS session_key,
    argMax(AgentId, Timestamp) AS agent_id,
    count() AS count,
    toUnixTimestamp64Nano(max(Timestamp)) AS last_unix_nano,
    count() OVER () AS session_total
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND SessionId != ''
GROUP BY SessionId
ORDER BY last_unix_nano DESC, session_key
LIMIT {limit:UInt64}
