-- Records of some hours by message shape, the most frequent first, and by agent and level, in rows of their own: those in
-- the hour that a period begins in and in the one that it ends in, with the first and the last time of each, and those
-- between. In a row of the one kind the columns of the other are empty. Whole days, of the period and of the hours before
-- it, are read as such. Where only shapes are wanted of what was before, they are read by the day.
SELECT
    grouping(PatternHash) AS is_of_agent,
    PatternHash AS shape,
    toString(AgentId) AS agent_id,
    toString(Level) AS level,
    sumIf(Records, Step > {first_step:UInt32} AND Step < {last_step:UInt32}) AS between,
    sumIf(Records, Step = {first_step:UInt32}) AS records_1,
    toUnixTimestamp64Nano(minIf(First, Step = {first_step:UInt32})) AS first_1,
    toUnixTimestamp64Nano(maxIf(Last, Step = {first_step:UInt32})) AS last_1,
    sumIf(Records, Step = {last_step:UInt32}) AS records_2,
    toUnixTimestamp64Nano(minIf(First, Step = {last_step:UInt32})) AS first_2,
    toUnixTimestamp64Nano(maxIf(Last, Step = {last_step:UInt32})) AS last_2
FROM spanlog_counts
WHERE
    (
        (
            Kind = 'patterns'
            AND (
                (Step >= {previous_step:UInt32} AND Step < {previous_days_since:UInt32})
                OR (Step >= {previous_days_until:UInt32} AND Step < {days_since:UInt32})
                OR (Step >= {days_until:UInt32} AND Step <= {last_step:UInt32})
            )
        )
        OR (
            Kind = 'days'
            AND (
                (Step >= {previous_days_since:UInt32} AND Step < {previous_days_until:UInt32})
                OR (Step >= {days_since:UInt32} AND Step < {days_until:UInt32})
            )
        )
        OR (Kind = 'shapes' AND Step >= {shapes_since:UInt32} AND Step < {shapes_until:UInt32})
    )
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY GROUPING SETS ((PatternHash), (AgentId, Level))
ORDER BY sum(Records) DESC, shape
-- Of shapes: a row of an agent and level is the only one of its kind.
LIMIT {limit:UInt64} BY if(is_of_agent = 1, cityHash64(agent_id, level), 0)
-- Read in one step: the key has already chosen the rows, and a step that filters costs each part as much again.
SETTINGS optimize_move_to_prewhere = 0
