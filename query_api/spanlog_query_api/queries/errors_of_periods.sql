-- Errors by fingerprint in a period [since, until) and in the one before it [previous, since).
SELECT
    Fingerprint AS fingerprint,
    countIf(is_in_period) AS records,
    minIf(unix_nano, is_in_period) AS first,
    maxIf(unix_nano, is_in_period) AS last,
    groupUniqArrayIf(100)(AgentId, is_in_period) AS agents,
    countIf(NOT is_in_period) AS before_records,
    minIf(unix_nano, NOT is_in_period) AS before_first,
    maxIf(unix_nano, NOT is_in_period) AS before_last,
    groupUniqArrayIf(100)(AgentId, NOT is_in_period) AS before_agents
FROM
(
    SELECT
        Fingerprint, AgentId,
        toUnixTimestamp64Nano(Timestamp) AS unix_nano,
        unix_nano >= {since:Int64} AS is_in_period
    FROM spanlog_errors
    WHERE
        Timestamp >= fromUnixTimestamp64Nano({previous:Int64})
        AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
)
GROUP BY Fingerprint
