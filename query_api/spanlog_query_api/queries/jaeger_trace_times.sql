-- When the spans of these traces begin and end; no row for a trace that has none.
SELECT
    TraceId AS trace_id,
    toUnixTimestamp64Nano(min(Start)) AS first,
    toUnixTimestamp64Nano(max(End)) AS last
FROM otel_traces_trace_id_ts
WHERE TraceId IN {trace_ids:Array(String)}
GROUP BY trace_id
