-- How many errors of a period were resolved one by one, by fingerprint.
SELECT Fingerprint AS fingerprint, uniqExact(LogId, Timestamp) AS records
FROM spanlog_log_resolutions
WHERE
    Fingerprint != 0
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    AND ({level:String} = '' OR Level = {level:String})
GROUP BY Fingerprint
