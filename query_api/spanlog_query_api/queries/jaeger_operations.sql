-- What a service's spans are called, and of what kind they are.
SELECT DISTINCT toString(SpanName) AS name, lower(toString(SpanKind)) AS kind
FROM otel_traces
WHERE ServiceName = {service:String} AND ({kind:String} = '' OR lower(toString(SpanKind)) = {kind:String})
ORDER BY name, kind
LIMIT {limit:UInt64}
