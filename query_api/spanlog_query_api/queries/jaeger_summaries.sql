-- Each service's part in these traces: spans, failures, begin and end, and the earliest of its spans without a parent.
SELECT
    TraceId AS trace_id,
    toString(ServiceName) AS service,
    count() AS spans,
    countIf(StatusCode = 'Error') AS errors,
    min(toUnixTimestamp64Nano(Timestamp)) AS start,
    max(toUnixTimestamp64Nano(Timestamp)
        + toInt64(least(Duration, toUInt64(9223372036854775807 - toUnixTimestamp64Nano(Timestamp))))) AS end,
    countIf(ParentSpanId = '') AS roots,
    toString(argMinIf(SpanName, (Timestamp, SpanId), ParentSpanId = '')) AS root_name,
    minIf(toUnixTimestamp64Nano(Timestamp), ParentSpanId = '') AS root_start
FROM otel_traces
WHERE
    TraceId IN {trace_ids:Array(String)}
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
GROUP BY trace_id, service
ORDER BY trace_id, service
