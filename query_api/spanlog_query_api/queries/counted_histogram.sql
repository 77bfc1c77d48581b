-- Records in each interval, by level, from what is counted: those in the five minutes that a period begins in (step 1),
-- those in the five minutes that it ends in (step 2), and the others (step 0), with the first and the last time of each.
-- The interval is so many times five minutes; the condition is one of agents and levels alone.
SELECT
    intDiv(toUInt32(Step), {interval:UInt32}) AS number,
    Level AS level,
    multiIf(Step = {first_step:UInt32}, 1, Step = {last_step:UInt32}, 2, 0) AS step,
    sum(Records) AS total,
    toUnixTimestamp64Nano(min(First)) AS first,
    toUnixTimestamp64Nano(max(Last)) AS last
FROM spanlog_counts
WHERE
    Kind = 'agents'
    AND Step >= {first_step:UInt32}
    AND Step <= {last_step:UInt32}
    AND {condition}
GROUP BY number, level, step
-- Read in one step: the key has already chosen the rows, and a step that filters costs each part as much again.
SETTINGS optimize_move_to_prewhere = 0
