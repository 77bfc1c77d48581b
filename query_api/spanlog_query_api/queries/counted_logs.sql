-- Records by agent and level from what is counted: in the five minutes that a period begins in (step 1), in those that
-- it ends in (step 2), and in those between (step 0); with the first and the last time of each sum.
SELECT
    AgentId AS agent_id,
    Level AS level,
    multiIf(Step = {first_step:UInt32}, 1, Step = {last_step:UInt32}, 2, 0) AS step,
    sum(Records) AS records,
    toUnixTimestamp64Nano(min(First)) AS first,
    toUnixTimestamp64Nano(max(Last)) AS last
FROM spanlog_counts
WHERE
    Kind = 'agents'
    AND Step >= {first_step:UInt32}
    AND Step <= {last_step:UInt32}
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY AgentId, Level, step
-- Read in one step: the key has already chosen the rows, and a step that filters costs each part as much again.
SETTINGS optimize_move_to_prewhere = 0
