-- Which agents logged records of these fingerprints, how many, and when the last.
SELECT
    AgentId AS agent_id,
    count() AS count,
    toUnixTimestamp64Nano(max(Timestamp)) AS last_unix_nano
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
GROUP BY AgentId
ORDER BY count DESC, agent_id
LIMIT {limit:UInt64}
