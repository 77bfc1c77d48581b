-- How many log records match, and the times of them, 131,072 of them at most.
SELECT count() AS total, groupArray(131072)(toUnixTimestamp64Nano(Timestamp)) AS times
FROM otel_logs
WHERE {condition}
