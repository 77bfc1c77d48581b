-- Errors by fingerprint in a period [since, until), and in the one before it [previous, since); all of
-- them, or those of some fingerprints.
SELECT
    Fingerprint AS fingerprint,
    Timestamp >= fromUnixTimestamp64Nano({since:Int64}) AS is_in_period,
    count() AS records,
    toUnixTimestamp64Nano(min(Timestamp)) AS first,
    toUnixTimestamp64Nano(max(Timestamp)) AS last,
    groupUniqArray(100)(AgentId) AS agents
FROM spanlog_errors
WHERE
    Timestamp >= fromUnixTimestamp64Nano({previous:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND (empty({fingerprints:Array(UInt64)}) OR Fingerprint IN {fingerprints:Array(UInt64)})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    AND ({level:String} = '' OR Level = {level:String})
GROUP BY Fingerprint, is_in_period
-- Read in one step: one that filters costs each part as much again.
SETTINGS optimize_move_to_prewhere = 0
