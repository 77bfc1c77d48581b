-- Records of these fingerprints by session, the latest first, by agent, the most frequent first, and over time, in stretches
-- of so many seconds: in rows of their own, each with how many of its kind there are. All in one reading.
SELECT
    multiIf(grouping(SessionId) = 0, 'session', grouping(AgentId) = 0, 'agent', 'bucket') AS kind,
    SessionId AS session_key,
    if(kind = 'agent', toString(AgentId), toString(argMax(AgentId, Timestamp))) AS agent_id,
    intDiv(toUnixTimestamp64Nano(Timestamp), 1000000000 * {bucket_seconds:Int64}) AS bucket,
    count() AS count,
    toUnixTimestamp64Nano(max(Timestamp)) AS last_unix_nano,
    count() OVER (PARTITION BY kind) AS total
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
GROUP BY GROUPING SETS ((SessionId), (AgentId), (bucket))
HAVING NOT (kind = 'session' AND session_key = '')
ORDER BY multiIf(kind = 'session', last_unix_nano, kind = 'agent', toInt64(count), 0) DESC, session_key, agent_id
LIMIT {limit:UInt64} BY kind, if(kind = 'bucket', bucket, 0)
-- Read in one step: the key has already chosen the rows, and a step that filters costs each part as much again.
SETTINGS optimize_move_to_prewhere = 0
