-- A span of centuries, as any writer may send it, ended after the last moment that the engine can hold, and its whole
-- insert was refused. The view is made anew: of one whose query is modified, the engine takes a repeated insert for
-- another one once the store has been opened again.
DROP VIEW IF EXISTS otel_traces_trace_id_ts_mv SYNC;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_trace_id_ts_mv TO otel_traces_trace_id_ts AS
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
