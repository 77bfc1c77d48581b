-- When the spans of these traces begin and end, by the spans themselves: for traces of which the index has no times.
SELECT
    TraceId AS trace_id,
    toUnixTimestamp64Nano(min(Timestamp)) AS first,
    -- The last span's beginning is all that is asked for here: spans are looked for by when they begin.
    toUnixTimestamp64Nano(max(Timestamp)) AS last
FROM otel_traces
WHERE TraceId IN {trace_ids:Array(String)}
GROUP BY trace_id
