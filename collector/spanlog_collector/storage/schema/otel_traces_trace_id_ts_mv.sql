CREATE MATERIALIZED VIEW otel_traces_trace_id_ts_mv TO otel_traces_trace_id_ts
(
    `TraceId` String,
    `Start` DateTime64(9),
    `End` DateTime64(9)
)
AS SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(fromUnixTimestamp64Nano(toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, toUInt64(9223372036854775807 - toUnixTimestamp64Nano(Timestamp)))))) AS End
FROM otel_traces
WHERE TraceId != ''
GROUP BY TraceId
