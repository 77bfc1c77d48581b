-- Which log records that match came after a given one, in the order of their coming.
SELECT toUnixTimestamp64Milli(IngestedAt) AS ingested, toString(LogId) AS id
FROM otel_logs
WHERE
    IngestedAt >= fromUnixTimestamp64Milli({ingested:Int64})
    AND (IngestedAt, LogId) > (fromUnixTimestamp64Milli({ingested:Int64}), {id:UUID})
    AND {condition}
ORDER BY IngestedAt, LogId
LIMIT {limit:UInt64}
