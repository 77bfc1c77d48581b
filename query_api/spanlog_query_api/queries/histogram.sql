-- How many of the matching records lie in each interval, by level. Intervals are counted from 1970.
SELECT
    intDiv(toUnixTimestamp64Nano(Timestamp), {interval:Int64}) AS number,
    Level AS level,
    count() AS total
FROM otel_logs
WHERE {condition}
GROUP BY number, level
ORDER BY number, level
