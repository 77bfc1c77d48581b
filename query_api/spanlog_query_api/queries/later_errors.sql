-- How many errors of a period lie after a moment that each fingerprint has of its own, and how many of those were
-- resolved one by one.
SELECT fingerprint, sum(records) AS records, sum(resolved) AS resolved
FROM
(
    SELECT Fingerprint AS fingerprint, count() AS records, 0 AS resolved
    FROM spanlog_errors
    WHERE
        Fingerprint IN {fingerprints:Array(UInt64)}
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND toUnixTimestamp64Nano(Timestamp)
            > transform(Fingerprint, {fingerprints:Array(UInt64)}, {moments:Array(Int64)}, toInt64(0))
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
    GROUP BY Fingerprint
    UNION ALL
    SELECT Fingerprint AS fingerprint, 0 AS records, uniqExact(LogId, Timestamp) AS resolved
    FROM spanlog_log_resolutions
    WHERE
        Fingerprint IN {fingerprints:Array(UInt64)}
        AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND toUnixTimestamp64Nano(Timestamp)
            > transform(Fingerprint, {fingerprints:Array(UInt64)}, {moments:Array(Int64)}, toInt64(0))
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
    GROUP BY Fingerprint
)
GROUP BY fingerprint
SETTINGS optimize_move_to_prewhere = 0
