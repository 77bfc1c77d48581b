-- How many log records match, and the times of them, 262,144 of them at most.
SELECT count() AS total, groupArray(262144)(toUnixTimestamp64Nano(Timestamp)) AS times
FROM otel_logs
WHERE {condition}
