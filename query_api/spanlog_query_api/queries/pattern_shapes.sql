-- The message shapes of a period and of the one before it, the most frequent first: whole days and hours from what is
-- counted at insert, the hours that an edge cuts from the records themselves. The period is named twice for the
-- records, because their table is ordered by the first and cut by the second. Each row carries the sums over all shapes
-- too.
SELECT
    PatternHash AS shape,
    sumIf(Count, is_now) AS count,
    sumIf(Count, NOT is_now) AS count_before,
    toUnixTimestamp64Nano(minIf(FirstSeen, is_now)) AS first_unix_nano,
    toUnixTimestamp64Nano(maxIf(LastSeen, is_now)) AS last_unix_nano,
    toUnixTimestamp64Nano(minIf(FirstSeen, NOT is_now)) AS first_before_unix_nano,
    toUnixTimestamp64Nano(maxIf(LastSeen, NOT is_now)) AS last_before_unix_nano,
    groupUniqArrayIf(100)(AgentId, is_now) AS agents,
    groupUniqArrayIf(100)(AgentId, NOT is_now) AS agents_before,
    [
        sumIf(Count, is_now AND Level = 'debug'),
        sumIf(Count, is_now AND Level = 'info'),
        sumIf(Count, is_now AND Level = 'warn'),
        sumIf(Count, is_now AND Level = 'error'),
        sumIf(Count, is_now AND Level = 'critical')
    ] AS levels,
    [
        sumIf(Count, NOT is_now AND Level = 'debug'),
        sumIf(Count, NOT is_now AND Level = 'info'),
        sumIf(Count, NOT is_now AND Level = 'warn'),
        sumIf(Count, NOT is_now AND Level = 'error'),
        sumIf(Count, NOT is_now AND Level = 'critical')
    ] AS levels_before,
    count() OVER () AS shapes_total,
    sum(count) OVER () AS all_count,
    sum(count_before) OVER () AS all_count_before
FROM
(
    SELECT
        PatternHash, AgentId, Level,
        Records AS Count,
        First AS FirstSeen,
        Last AS LastSeen,
        Step >= fromUnixTimestamp64Nano({since:Int64}) AS is_now
    FROM spanlog_counts
    WHERE
        (
            (
                Kind = 'patterns'
                AND (
                    (
                        Step >= fromUnixTimestamp64Nano({hours_since:Int64})
                        AND Step < fromUnixTimestamp64Nano({days_since:Int64})
                    )
                    OR (
                        Step >= fromUnixTimestamp64Nano({days_until:Int64})
                        AND Step < fromUnixTimestamp64Nano({hours_until:Int64})
                    )
                    OR (
                        Step >= fromUnixTimestamp64Nano({previous_hours_since:Int64})
                        AND Step < fromUnixTimestamp64Nano({previous_days_since:Int64})
                    )
                    OR (
                        Step >= fromUnixTimestamp64Nano({previous_days_until:Int64})
                        AND Step < fromUnixTimestamp64Nano({previous_hours_until:Int64})
                    )
                )
            )
            OR (
                Kind = 'days'
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
            )
        )
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
    SETTINGS optimize_move_to_prewhere = 0
    UNION ALL
    SELECT
        PatternHash, AgentId, Level,
        toUInt64(1) AS Count,
        Timestamp AS FirstSeen,
        Timestamp AS LastSeen,
        Timestamp >= fromUnixTimestamp64Nano({since:Int64}) AS is_now
    FROM otel_logs
    WHERE
        (
            (
                Timestamp >= fromUnixTimestamp64Nano({first_edge_since:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({first_edge_until:Int64})
                AND toStartOfFiveMinutes(Timestamp)
                    >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({first_edge_since:Int64}))
                AND toStartOfFiveMinutes(Timestamp)
                    <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({first_edge_until:Int64}))
            )
            OR (
                Timestamp >= fromUnixTimestamp64Nano({middle_edge_since:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({middle_edge_until:Int64})
                AND toStartOfFiveMinutes(Timestamp)
                    >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({middle_edge_since:Int64}))
                AND toStartOfFiveMinutes(Timestamp)
                    <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({middle_edge_until:Int64}))
            )
            OR (
                Timestamp >= fromUnixTimestamp64Nano({last_edge_since:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({last_edge_until:Int64})
                AND toStartOfFiveMinutes(Timestamp)
                    >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({last_edge_since:Int64}))
                AND toStartOfFiveMinutes(Timestamp)
                    <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({last_edge_until:Int64}))
            )
        )
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        AND ({level:String} = '' OR Level = {level:String})
)
GROUP BY PatternHash
ORDER BY count + count_before DESC, shape
LIMIT {limit:UInt64}
