-- One log record by its id. What is no UUID is a sender's own id, which the schema hashes into one.
WITH
    coalesce(toUUIDOrNull({id:String}), reinterpretAsUUID(sipHash128({id:String}))) AS wanted,
    -- What idx_log_id_second holds.
    (id -> if(
        toUnixTimestamp64Milli(UUIDv7ToDateTime(id)) = 0,
        cityHash64(id),
        toUInt64(intDiv(toUnixTimestamp64Milli(UUIDv7ToDateTime(id)), 1000))
    )) AS second_of
SELECT
    {entry_columns}
FROM otel_logs
WHERE LogId = wanted AND second_of(LogId) = second_of(wanted)
ORDER BY Timestamp DESC
LIMIT 1
