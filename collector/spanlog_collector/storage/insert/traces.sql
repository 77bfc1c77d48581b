-- One journal segment of trace requests into otel_traces.
-- Filled in by loading.py: insert/lambdas.sql, and as source file() or input() with the structure of
-- ExportTraceServiceRequest.
INSERT INTO otel_traces
(
    Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes,
    ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage,
    Events.Timestamp, Events.Name, Events.Attributes, Links.TraceId, Links.SpanId, Links.TraceState, Links.Attributes
)
WITH
{lambdas}
SELECT
    fromUnixTimestamp64Nano(toInt64(if(is_start_plausible, start, received))) AS Timestamp,
    trace_id_of(trace_id) AS TraceId,
    span_id_of(span_id) AS SpanId,
    span_id_of(parent_span_id) AS ParentSpanId,
    trace_state AS TraceState,
    name AS SpanName,
    transform(
        kind, [1, 2, 3, 4, 5], ['Internal', 'Server', 'Client', 'Producer', 'Consumer'], 'Unspecified'
    ) AS SpanKind,
    ResourceAttributes['service.name'] AS ServiceName,
    ResourceAttributes,
    ScopeName,
    ScopeVersion,
    -- A time of the sender's that the columns cannot tell is kept.
    mapConcat(
        attributes,
        if(is_start_plausible, map(), map('spanlog.start_time_unix_nano', toString(start))),
        if(is_duration_plausible, map(), map('spanlog.end_time_unix_nano', toString(end)))
    ) AS SpanAttributes,
    if(is_duration_plausible, toUInt64(end - start), 0) AS Duration,
    transform(status_code, [1, 2], ['Ok', 'Error'], 'Unset') AS StatusCode,
    status_message AS StatusMessage,
    arrayMap(
        time -> fromUnixTimestamp64Nano(toInt64(if(is_plausible(time, received), time, received))),
        events.time_unix_nano
    ) AS EventTimestamps,
    events.name AS EventNames,
    arrayMap(
        (attributes, time) -> if(
            is_plausible(time, received) = (time = 0),
            mapConcat(map_of(attributes), map('spanlog.time_unix_nano', toString(time))),
            map_of(attributes)
        ),
        events.attributes, events.time_unix_nano
    ) AS EventAttributes,
    arrayMap(id -> trace_id_of(id), links.trace_id) AS LinkTraceIds,
    arrayMap(id -> span_id_of(id), links.span_id) AS LinkSpanIds,
    links.trace_state AS LinkTraceStates,
    arrayMap(attributes -> map_of(attributes), links.attributes) AS LinkAttributes
FROM
(
    SELECT
        received, ResourceAttributes, ScopeName, ScopeVersion,
        span.trace_id AS trace_id,
        span.span_id AS span_id,
        span.parent_span_id AS parent_span_id,
        span.trace_state AS trace_state,
        span.name AS name,
        span.kind AS kind,
        span.start_time_unix_nano AS start,
        span.end_time_unix_nano AS end,
        span.events AS events,
        span.links AS links,
        span.status.code AS status_code,
        span.status.message AS status_message,
        map_of(span.attributes) AS attributes,
        is_plausible(start, received) AS is_start_plausible,
        -- A span that ends before it begins has no duration, and none has lasted since before 2000.
        if(end < start, 0, toUInt64(end - start) <= toUInt64(received - 946598400000000000)) AS is_duration_plausible
    FROM
    (
        SELECT
            received, ResourceAttributes,
            scope_spans.scope.name AS ScopeName,
            scope_spans.scope.version AS ScopeVersion,
            arrayJoin(scope_spans.spans) AS span
        FROM
        (
            SELECT
                received,
                map_of(resource_spans.resource.attributes) AS ResourceAttributes,
                arrayJoin(resource_spans.scope_spans) AS scope_spans
            FROM
            (
                SELECT spanlog_received_unix_nano AS received, arrayJoin(resource_spans) AS resource_spans
                FROM {source}
            )
        )
    )
)
SETTINGS {settings}
