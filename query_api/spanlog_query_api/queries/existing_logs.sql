-- Which of these ids are ids of log records, and of which ones.
WITH
    -- What idx_log_id_second holds.
    (id -> if(
        toUnixTimestamp64Milli(UUIDv7ToDateTime(id)) = 0,
        cityHash64(id),
        toUInt64(intDiv(toUnixTimestamp64Milli(UUIDv7ToDateTime(id)), 1000))
    )) AS second_of
SELECT
    toString(LogId) AS id,
    Fingerprint AS fingerprint,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    AgentId AS agent_id,
    Level AS level
FROM otel_logs
WHERE LogId IN {ids:Array(UUID)} AND second_of(LogId) IN (SELECT second_of(arrayJoin({ids:Array(UUID)})))
