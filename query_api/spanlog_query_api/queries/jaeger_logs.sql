-- The log records that were written within spans of these traces, earliest first.
SELECT
    TraceId AS trace_id,
    SpanId AS span_id,
    toString(LogId) AS id,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    toString(Level) AS level,
    Body AS message,
    ScopeName AS logger,
    EventName AS event_name,
    LogAttributes AS attributes
FROM otel_logs
WHERE
    TraceId IN {trace_ids:Array(String)}
    AND SpanId != ''
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
ORDER BY Timestamp, LogId
LIMIT {limit:UInt64}
