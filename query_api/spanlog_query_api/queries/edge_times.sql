-- The times of the records that match, by level.
SELECT Level AS level, groupArray(toUnixTimestamp64Nano(Timestamp)) AS times
FROM otel_logs
WHERE {condition}
GROUP BY level
