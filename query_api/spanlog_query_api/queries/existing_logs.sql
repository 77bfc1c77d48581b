-- Which of these ids are ids of log records, and of which ones.
SELECT
    toString(LogId) AS id,
    Fingerprint AS fingerprint,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    AgentId AS agent_id,
    Level AS level
FROM otel_logs
WHERE LogId IN {ids:Array(UUID)}
