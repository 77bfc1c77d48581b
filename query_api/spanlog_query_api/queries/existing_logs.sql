-- Which of these ids are ids of log records.
SELECT DISTINCT toString(LogId) AS id
FROM otel_logs
WHERE LogId IN {ids:Array(UUID)}
