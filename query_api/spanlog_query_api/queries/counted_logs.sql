-- Records of a period by agent and level, from what is counted: in the five minutes that the period begins in, in those
-- that it ends in (0 when they are the same), and in those between; and at how many counts each edge cuts through.
SELECT
    AgentId AS agent_id,
    Level AS level,
    sumIf(Records, FiveMinutes = toDateTime({first_step:Int64}) AND is_inside) AS in_first_step,
    sumIf(Records, FiveMinutes > toDateTime({first_step:Int64}) AND FiveMinutes < toDateTime({last_step:Int64}))
        AS between,
    sumIf(Records, FiveMinutes > toDateTime({first_step:Int64}) AND FiveMinutes = toDateTime({last_step:Int64}) AND is_inside)
        AS in_last_step,
    countIf(First < fromUnixTimestamp64Nano({since:Int64}) AND Last >= fromUnixTimestamp64Nano({since:Int64}))
        AS cut_at_since,
    countIf(First < fromUnixTimestamp64Nano({until:Int64}) AND Last >= fromUnixTimestamp64Nano({until:Int64}))
        AS cut_at_until
FROM
(
    SELECT
        *,
        First >= fromUnixTimestamp64Nano({since:Int64}) AND First < fromUnixTimestamp64Nano({until:Int64}) AS is_inside
    FROM spanlog_log_counts
    WHERE
        FiveMinutes >= toDateTime({first_step:Int64})
        AND FiveMinutes <= toDateTime({last_step:Int64})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
)
GROUP BY AgentId, Level
