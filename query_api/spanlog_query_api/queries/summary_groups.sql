-- The error groups of a period, each with whether it is unresolved, new and recurring, how many are, and its rank
-- among those. All three lists in one scan: the period and, for what is new, the one before it.
SELECT
    fingerprint, count, unresolved_count, first_unix_nano, last_unix_nano, agents, sample_id,
    is_unresolved, is_new, is_recurring,
    unresolved_total, new_total, recurring_total,
    unresolved_rank, new_rank, recurring_rank
FROM
(
    SELECT
        *,
        countIf(is_unresolved) OVER () AS unresolved_total,
        countIf(is_new) OVER () AS new_total,
        countIf(is_recurring) OVER () AS recurring_total,
        row_number() OVER (PARTITION BY is_unresolved ORDER BY count DESC, last_unix_nano DESC, fingerprint)
            AS unresolved_rank,
        row_number() OVER (PARTITION BY is_new ORDER BY count DESC, last_unix_nano DESC, fingerprint) AS new_rank,
        row_number() OVER (PARTITION BY is_recurring ORDER BY count DESC, last_unix_nano DESC, fingerprint)
            AS recurring_rank
    FROM
    (
        SELECT
            Fingerprint AS fingerprint,
            countIf(is_in_period) AS count,
            countIf(is_in_period AND LogId NOT IN (SELECT LogId FROM spanlog_log_resolutions)) AS unresolved_count,
            minIf(unix_nano, is_in_period) AS first_unix_nano,
            maxIf(unix_nano, is_in_period) AS last_unix_nano,
            arraySort(groupUniqArrayIf(100)(AgentId, is_in_period)) AS agents,
            toString(argMaxIf(LogId, (unix_nano, LogId), is_in_period)) AS sample_id,
            unresolved_count > 0 AS is_unresolved,
            countIf(NOT is_in_period) = 0 AS is_new,
            count >= {recurring_min:UInt64} AS is_recurring
        FROM
        (
            SELECT
                Fingerprint, LogId, AgentId,
                toUnixTimestamp64Nano(Timestamp) AS unix_nano,
                unix_nano >= {since:Int64} AS is_in_period
            FROM otel_logs
            WHERE
                Timestamp >= fromUnixTimestamp64Nano({previous:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
                AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({previous:Int64}))
                AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}))
                AND Level IN ('error', 'critical')
                AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
        )
        GROUP BY Fingerprint
        HAVING count > 0
    )
)
WHERE
    (is_unresolved AND unresolved_rank <= {limit:UInt64})
    OR (is_new AND new_rank <= {limit:UInt64})
    OR (is_recurring AND recurring_rank <= {limit:UInt64})
ORDER BY count DESC, last_unix_nano DESC, fingerprint
