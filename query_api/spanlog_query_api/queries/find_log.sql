-- One log record by its id. What is no UUID is a sender's own id, which the schema hashes into one.
SELECT
    {entry_columns}
FROM otel_logs
WHERE LogId = coalesce(toUUIDOrNull({id:String}), reinterpretAsUUID(sipHash128({id:String})))
ORDER BY Timestamp DESC
LIMIT 1
