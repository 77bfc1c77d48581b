-- The message shapes of some hours, the most frequent first: records in the hour that a period begins in, in the one that
-- it ends in, with first and last time of each, and in those between.
SELECT
    PatternHash AS shape,
    sumIf(Records, Step > {first_step:UInt32} AND Step < {last_step:UInt32}) AS between,
    sumIf(Records, Step = {first_step:UInt32}) AS records_1,
    toUnixTimestamp64Nano(minIf(First, Step = {first_step:UInt32})) AS first_1,
    toUnixTimestamp64Nano(maxIf(Last, Step = {first_step:UInt32})) AS last_1,
    sumIf(Records, Step = {last_step:UInt32}) AS records_2,
    toUnixTimestamp64Nano(minIf(First, Step = {last_step:UInt32})) AS first_2,
    toUnixTimestamp64Nano(maxIf(Last, Step = {last_step:UInt32})) AS last_2
FROM spanlog_counts
WHERE
    Kind = 'patterns'
    AND Step >= {previous_step:UInt32}
    AND Step <= {last_step:UInt32}
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY PatternHash
ORDER BY sum(Records) DESC, shape
LIMIT {limit:UInt64}
-- Read in one step: the key has already chosen the rows, and a step that filters costs each part as much again.
SETTINGS optimize_move_to_prewhere = 0
