-- How many log records match.
SELECT count() AS total
FROM otel_logs
WHERE {condition}
