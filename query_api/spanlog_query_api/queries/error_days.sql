-- How many records of these fingerprints there are on each day that has any, from what is counted; it names fingerprints in
-- the place of shapes.
SELECT toUnixTimestamp(Step) AS day, sum(Records) AS count
FROM spanlog_counts
WHERE
    Kind = 'errors'
    AND PatternHash IN {fingerprints:Array(UInt64)}
    AND Step > fromUnixTimestamp64Nano({since:Int64}) - toIntervalDay(1)
    AND Step < fromUnixTimestamp64Nano({until:Int64})
GROUP BY Step
ORDER BY Step
SETTINGS optimize_move_to_prewhere = 0
