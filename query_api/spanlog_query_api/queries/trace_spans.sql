-- The spans of one trace, earliest first.
SELECT
    SpanId AS span_id,
    ParentSpanId AS parent_span_id,
    toString(SpanName) AS name,
    AgentId AS agent_id,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    Duration AS duration_nano,
    StatusCode AS status,
    StatusMessage AS status_message,
    SpanAttributes AS attributes,
    arrayMap(time -> toUnixTimestamp64Nano(time), Events.Timestamp) AS event_times,
    Events.Name AS event_names,
    Events.Attributes AS event_attributes,
    Links.TraceId AS link_trace_ids,
    Links.SpanId AS link_span_ids,
    Links.Attributes AS link_attributes
FROM otel_traces
WHERE TraceId = {trace_id:String}
ORDER BY Timestamp, SpanId
LIMIT {limit:UInt64}
