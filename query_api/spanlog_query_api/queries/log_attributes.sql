-- All that was sent of one log record beside its message, by its time and id.
SELECT
    LogAttributes AS attributes,
    ResourceAttributes AS resource,
    ScopeAttributes AS scope,
    ServiceName AS service,
    EventName AS event,
    ScopeName AS logger,
    ScopeVersion AS logger_version,
    SeverityText AS severity_text,
    SeverityNumber AS severity_number,
    toUnixTimestamp64Milli(IngestedAt) AS ingested
FROM otel_logs
WHERE
    toStartOfFiveMinutes(Timestamp) = toStartOfFiveMinutes(fromUnixTimestamp64Nano({time:Int64}))
    AND Timestamp = fromUnixTimestamp64Nano({time:Int64})
    AND LogId = {id:UUID}
LIMIT 1
