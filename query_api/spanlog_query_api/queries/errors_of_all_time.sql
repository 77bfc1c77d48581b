-- All errors there ever were by fingerprint, those included that are not kept any more; before means before a
-- moment. Of all fingerprints, or of some.
SELECT
    Fingerprint AS fingerprint,
    sum(Records) AS records,
    toUnixTimestamp64Nano(min(First)) AS first,
    toUnixTimestamp64Nano(max(Last)) AS last,
    groupUniqArray(100)(AgentId) AS agents,
    countIf(First < fromUnixTimestamp64Nano({since:Int64})) AS before_records
FROM spanlog_error_groups
WHERE
    (empty({fingerprints:Array(UInt64)}) OR Fingerprint IN {fingerprints:Array(UInt64)})
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    AND ({level:String} = '' OR Level = {level:String})
GROUP BY Fingerprint
