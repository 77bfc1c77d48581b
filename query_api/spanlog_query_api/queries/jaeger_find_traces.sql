-- The traces in which one span fits all that is asked, the one with the newest such span first. A tag may stand in the
-- span, its resource or its events, or be one that Jaeger derives from the span's fields.
SELECT TraceId AS trace_id, max(toUnixTimestamp64Nano(Timestamp)) AS newest
FROM otel_traces
WHERE
    TraceId != ''
    AND ({any_service:UInt64} = 1 OR ServiceName = {service:String})
    AND ({operation:String} = '' OR SpanName = {operation:String})
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
    AND Duration >= {min_duration:UInt64}
    AND ({max_duration:UInt64} = 0 OR Duration <= {max_duration:UInt64})
    AND ({tag_count:UInt64} = 0 OR arrayAll(
        (name, value) ->
            (mapContains(SpanAttributes, name) AND SpanAttributes[name] = value)
            OR (mapContains(ResourceAttributes, name) AND ResourceAttributes[name] = value)
            OR arrayExists(event -> mapContains(event, name) AND event[name] = value, Events.Attributes)
            OR (name = 'event' AND has(Events.Name, value))
            OR (value != '' AND value = multiIf(
                name = 'span.kind', lower(toString(SpanKind)),
                name = 'error', if(StatusCode = 'Error', 'true', ''),
                name = 'otel.status_code', if(StatusCode IN ('Ok', 'Error'), upper(toString(StatusCode)), ''),
                name = 'otel.status_description', StatusMessage,
                name = 'otel.scope.name', ScopeName,
                name = 'otel.scope.version', ScopeVersion,
                name = 'w3c.tracestate', TraceState,
                ''
            )),
        {tag_names:Array(String)}, {tag_values:Array(String)}
    ))
GROUP BY trace_id
ORDER BY newest DESC, trace_id
LIMIT {limit:UInt64}
