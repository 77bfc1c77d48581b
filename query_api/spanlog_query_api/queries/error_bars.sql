-- Records of these fingerprints over time, each in stretches of so many nanoseconds from a moment on; of one agent, one
-- level, where one is named.
SELECT
    Fingerprint AS fingerprint,
    intDiv(toUnixTimestamp64Nano(Timestamp) - {since:Int64}, {step:Int64}) AS bucket,
    count() AS records
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    AND ({level:String} = '' OR Level = {level:String})
GROUP BY fingerprint, bucket
SETTINGS optimize_move_to_prewhere = 0
