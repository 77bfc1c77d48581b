-- The error groups of a period [since, until) and of the one before it [previous, since), one row each, or with whole = 1
-- of all time, where "before" means before since. Everything is brought in as rows of counts by fingerprint, which
-- one GROUP BY puts together by group. Joins would cost more to plan than these rows cost to count.
SELECT
    grouped.fingerprint AS fingerprint,
    grouped.records AS count,
    grouped.before_records AS before_count,
    grouped.first_unix_nano AS first_unix_nano,
    grouped.last_unix_nano AS last_unix_nano,
    grouped.before_first_unix_nano AS before_first_unix_nano,
    grouped.before_last_unix_nano AS before_last_unix_nano,
    grouped.agents AS agents,
    grouped.before_agents AS before_agents,
    grouped.sample_fingerprint AS sample_fingerprint,
    grouped.before_sample_fingerprint AS before_sample_fingerprint,
    toUnixTimestamp64Nano(state.ResolvedThrough) AS resolved_through,
    toUnixTimestamp64Nano(state.ResolvedAt) AS resolved_unix_nano,
    state.ResolvedBy AS resolved_by,
    toUnixTimestamp64Nano(state.MutedUntil) AS muted_until_unix_nano,
    state.MutedRecords AS muted_records,
    state.AssignedTo AS assigned_to,
    toUInt64(greatest(0, toInt64(grouped.later_records) - toInt64(grouped.resolved_records))) AS unresolved_count,
    toUnixTimestamp64Nano(state.MutedAt) > 0
        AND (muted_until_unix_nano = 0 OR muted_until_unix_nano > {now:Int64})
        AND (state.MutedRecords = 0 OR grouped.ever_records < state.RecordsWhenMuted + state.MutedRecords) AS is_muted,
    multiIf(
        is_muted, 'muted',
        unresolved_count = 0, 'resolved',
        resolved_through > 0, 'regressed',
        'open'
    ) AS status
FROM
(
    WITH
        -- By fingerprint: its group, and until which moment that is resolved. The last element makes it never empty.
        (
            SELECT tuple(
                arrayPushBack(groupArray(Fingerprint), 0),
                arrayPushBack(groupArray(GroupFingerprint), 0),
                arrayPushBack(groupArray(toUnixTimestamp64Nano(GroupResolvedThrough)), 0)
            )
            FROM spanlog_error_states FINAL
        ) AS states
    SELECT
        transform(counted.Fingerprint, states.1, states.2, counted.Fingerprint) AS fingerprint,
        sum(counted.records) AS records,
        sum(counted.before_records) AS before_records,
        sum(counted.later_records) AS later_records,
        sum(counted.resolved_records) AS resolved_records,
        sum(counted.ever_records) AS ever_records,
        minIf(counted.first, counted.records > 0) AS first_unix_nano,
        maxIf(counted.last, counted.records > 0) AS last_unix_nano,
        minIf(counted.before_first, counted.before_records > 0) AS before_first_unix_nano,
        maxIf(counted.before_last, counted.before_records > 0) AS before_last_unix_nano,
        argMaxIf(counted.Fingerprint, counted.last, counted.records > 0) AS sample_fingerprint,
        argMaxIf(counted.Fingerprint, counted.before_last, counted.before_records > 0) AS before_sample_fingerprint,
        arraySort(groupUniqArrayArray(100)(counted.agents)) AS agents,
        arraySort(groupUniqArrayArray(100)(counted.before_agents)) AS before_agents
    FROM
    (
        -- The errors themselves.
        SELECT
            Fingerprint,
            countIf(is_in_period) AS records,
            countIf(NOT is_in_period) AS before_records,
            countIf(is_in_period AND unix_nano > transform(Fingerprint, states.1, states.3, 0)) AS later_records,
            0 AS resolved_records,
            0 AS ever_records,
            minIf(unix_nano, is_in_period) AS first,
            maxIf(unix_nano, is_in_period) AS last,
            minIf(unix_nano, NOT is_in_period) AS before_first,
            maxIf(unix_nano, NOT is_in_period) AS before_last,
            groupUniqArrayIf(100)(toString(AgentId), is_in_period) AS agents,
            groupUniqArrayIf(100)(toString(AgentId), NOT is_in_period) AS before_agents
        FROM
        (
            SELECT
                Fingerprint, AgentId,
                toUnixTimestamp64Nano(Timestamp) AS unix_nano,
                unix_nano >= {since:Int64} AS is_in_period
            FROM spanlog_errors
            WHERE
                {whole:UInt64} = 0
                AND Timestamp >= fromUnixTimestamp64Nano({previous:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
                AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
                AND ({level:String} = '' OR Level = {level:String})
        )
        GROUP BY Fingerprint

        UNION ALL

        -- All time: the groups as they are remembered. Later than the resolution is nothing, or, where there is
        -- something, what the next rows count.
        SELECT
            Fingerprint,
            sum(Records) AS records,
            countIf(First < fromUnixTimestamp64Nano({since:Int64})) AS before_records,
            if(transform(Fingerprint, states.1, states.3, 0) = 0, records, 0) AS later_records,
            0 AS resolved_records,
            0 AS ever_records,
            toUnixTimestamp64Nano(min(First)) AS first,
            toUnixTimestamp64Nano(max(Last)) AS last,
            0 AS before_first,
            0 AS before_last,
            groupUniqArray(100)(toString(AgentId)) AS agents,
            [] AS before_agents
        FROM spanlog_error_groups
        WHERE
            {whole:UInt64} = 1
            AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
            AND ({level:String} = '' OR Level = {level:String})
        GROUP BY Fingerprint

        UNION ALL

        SELECT
            Fingerprint,
            0 AS records, 0 AS before_records,
            countIf(toUnixTimestamp64Nano(Timestamp) > transform(Fingerprint, states.1, states.3, 0)) AS later_records,
            0 AS resolved_records, 0 AS ever_records,
            0 AS first, 0 AS last, 0 AS before_first, 0 AS before_last, [] AS agents, [] AS before_agents
        FROM spanlog_errors
        WHERE
            {whole:UInt64} = 1
            AND Fingerprint IN (
                SELECT Fingerprint FROM spanlog_error_groups
                WHERE
                    transform(Fingerprint, states.1, states.3, 0) > 0
                    AND toUnixTimestamp64Nano(Last) > transform(Fingerprint, states.1, states.3, 0)
            )
            AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
            AND ({level:String} = '' OR Level = {level:String})
        GROUP BY Fingerprint

        UNION ALL

        -- Records that somebody resolved one by one, those aside that their group's resolution takes in.
        SELECT
            Fingerprint,
            0 AS records, 0 AS before_records, 0 AS later_records,
            uniqExact(LogId, Timestamp) AS resolved_records,
            0 AS ever_records,
            0 AS first, 0 AS last, 0 AS before_first, 0 AS before_last, [] AS agents, [] AS before_agents
        FROM spanlog_log_resolutions
        WHERE
            Fingerprint != 0
            AND ({whole:UInt64} = 1 OR (
                Timestamp >= fromUnixTimestamp64Nano({since:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
            ))
            AND toUnixTimestamp64Nano(Timestamp) > transform(Fingerprint, states.1, states.3, 0)
            AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
            AND ({level:String} = '' OR Level = {level:String})
        GROUP BY Fingerprint

        UNION ALL

        -- All records there ever were of the groups that are muted until so many more.
        SELECT
            Fingerprint,
            0 AS records, 0 AS before_records, 0 AS later_records, 0 AS resolved_records,
            sum(Records) AS ever_records,
            0 AS first, 0 AS last, 0 AS before_first, 0 AS before_last, [] AS agents, [] AS before_agents
        FROM spanlog_error_groups
        WHERE transform(Fingerprint, states.1, states.2, Fingerprint) IN (
            SELECT Fingerprint FROM spanlog_error_states FINAL WHERE MutedRecords > 0
        )
        GROUP BY Fingerprint
    ) AS counted
    GROUP BY fingerprint
    HAVING records + before_records > 0
) AS grouped
LEFT JOIN (SELECT * FROM spanlog_error_states FINAL) AS state ON state.Fingerprint = grouped.fingerprint
