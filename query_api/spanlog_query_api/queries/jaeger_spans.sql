-- The spans of these traces, in the order in which the traces are named; within a trace the earliest first.
SELECT
    TraceId AS trace_id,
    SpanId AS span_id,
    ParentSpanId AS parent_span_id,
    TraceState AS trace_state,
    toString(SpanName) AS name,
    toString(SpanKind) AS kind,
    toString(ServiceName) AS service,
    ResourceAttributes AS resource,
    ScopeName AS scope_name,
    ScopeVersion AS scope_version,
    SpanAttributes AS attributes,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    Duration AS duration_nano,
    toString(StatusCode) AS status,
    StatusMessage AS status_message,
    arrayMap(time -> toUnixTimestamp64Nano(time), Events.Timestamp) AS event_times,
    Events.Name AS event_names,
    Events.Attributes AS event_attributes,
    Links.TraceId AS link_trace_ids,
    Links.SpanId AS link_span_ids,
    Links.TraceState AS link_states,
    Links.Attributes AS link_attributes
FROM otel_traces
WHERE
    TraceId IN {trace_ids:Array(String)}
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
ORDER BY indexOf({trace_ids:Array(String)}, TraceId), Timestamp, SpanId
LIMIT {limit:UInt64}
