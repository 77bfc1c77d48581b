-- Errors by fingerprint in a period [since, until), and in the one before it [previous, since): the whole days of both from
-- what is counted, which names fingerprints in the place of shapes, the rest one by one.
SELECT
    fingerprint,
    is_in_period,
    sum(records) AS records,
    min(first) AS first,
    max(last) AS last,
    groupUniqArray(100)(agent) AS agents
FROM
(
    SELECT
        PatternHash AS fingerprint,
        Step >= fromUnixTimestamp64Nano({days_since:Int64}) AS is_in_period,
        Records AS records,
        toUnixTimestamp64Nano(First) AS first,
        toUnixTimestamp64Nano(Last) AS last,
        AgentId AS agent
    FROM spanlog_counts
    WHERE
        Kind = 'errors'
        AND (
            (
                Step >= fromUnixTimestamp64Nano({days_since:Int64})
                AND Step < fromUnixTimestamp64Nano({days_until:Int64})
            )
            OR (
                Step >= fromUnixTimestamp64Nano({previous_days_since:Int64})
                AND Step < fromUnixTimestamp64Nano({previous_days_until:Int64})
            )
        )
        AND (empty({fingerprints:Array(UInt64)}) OR PatternHash IN {fingerprints:Array(UInt64)})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
    UNION ALL
    SELECT
        Fingerprint AS fingerprint,
        Timestamp >= fromUnixTimestamp64Nano({since:Int64}) AS is_in_period,
        toUInt64(1) AS records,
        toUnixTimestamp64Nano(Timestamp) AS first,
        first AS last,
        AgentId AS agent
    FROM spanlog_errors
    WHERE
        (
            (
                Timestamp >= fromUnixTimestamp64Nano({previous:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({previous_days_since:Int64})
            )
            OR (
                Timestamp >= fromUnixTimestamp64Nano({previous_days_until:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({days_since:Int64})
            )
            OR (
                Timestamp >= fromUnixTimestamp64Nano({days_until:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
            )
        )
        AND (empty({fingerprints:Array(UInt64)}) OR Fingerprint IN {fingerprints:Array(UInt64)})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
)
GROUP BY fingerprint, is_in_period
SETTINGS optimize_move_to_prewhere = 0
