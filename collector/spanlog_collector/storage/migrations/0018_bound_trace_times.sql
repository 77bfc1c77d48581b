-- A span of centuries, as any writer may send it, ended after the last moment that the engine can hold, and its whole
-- insert was refused.
ALTER TABLE otel_traces_trace_id_ts_mv MODIFY QUERY
SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(fromUnixTimestamp64Nano(
        toUnixTimestamp64Nano(Timestamp)
        + toInt64(least(Duration, toUInt64(9223372036854775807 - toUnixTimestamp64Nano(Timestamp))))
    )) AS End
FROM otel_traces
WHERE TraceId != ''
GROUP BY TraceId;
