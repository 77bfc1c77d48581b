-- Which of two moments cut through what is counted: there are counts of records from before it and from after it.
SELECT
    countIf(
        First < fromUnixTimestamp64Nano({since:Int64}) AND Last >= fromUnixTimestamp64Nano({since:Int64})
    ) > 0 AS is_cut_at_since,
    countIf(
        First < fromUnixTimestamp64Nano({until:Int64}) AND Last >= fromUnixTimestamp64Nano({until:Int64})
    ) > 0 AS is_cut_at_until
FROM spanlog_log_counts
WHERE
    FiveMinutes IN (
        toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64})),
        toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}))
    )
