-- One journal segment of log requests into otel_logs.
-- Filled in by loading.py: insert/lambdas.sql, as source file() or input() with the structure of
-- ExportLogsServiceRequest, and the segment's part of its records' ids.
INSERT INTO otel_logs
(
    Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body,
    ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes,
    LogAttributes, EventName, LogId
)
WITH
{lambdas}
SELECT
    fromUnixTimestamp64Nano(toInt64(multiIf(
        is_time_plausible, time, is_plausible(observed_time, received), observed_time, received
    ))) AS Timestamp,
    trace_id_of(trace_id) AS TraceId,
    span_id_of(span_id) AS SpanId,
    toUInt8(bitAnd(flags, 255)) AS TraceFlags,
    severity_text AS SeverityText,
    toUInt8(if(toUInt32(severity_number) <= 24, severity_number, 0)) AS SeverityNumber,
    ResourceAttributes['service.name'] AS ServiceName,
    text_of(
        body.value, body.string_value, body.int_value, body.double_value, body.bool_value, body.bytes_value
    ) AS Body,
    ResourceSchemaUrl,
    ResourceAttributes,
    ScopeSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    multiIf(
        -- The sender's time could not be used; it is kept.
        is_time_plausible = (time = 0),
        mapConcat(attributes, map('spanlog.time_unix_nano', toString(time))),
        -- A UUID in log.record.uid lives on as LogId; kept twice it would be the dearest attribute of all.
        uuid IS NULL,
        attributes,
        mapFilter((key, value) -> key != 'log.record.uid', attributes)
    ) AS LogAttributes,
    event_name AS EventName,
    multiIf(
        uuid IS NOT NULL, assumeNotNull(uuid),
        uid != '', reinterpretAsUUID(sipHash128(uid)),
        -- A UUIDv7 of the request's time, 42 bits of the segment's token and the record's place in the segment. So it
        -- is the same when the segment is loaded again, and neighbours differ in one byte: 1 byte a record on the disk
        -- instead of the 5 of generateUUIDv7().
        reinterpretAsUUID(concat(
            reinterpretAsFixedString(bitOr(bitShiftLeft(intDiv(received, 1000000), 16), {segment_high})),
            reinterpretAsFixedString({segment_low} + place)
        ))
    ) AS LogId
FROM
(
    SELECT
        received, ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes,
        time, observed_time, severity_number, severity_text, body, flags, trace_id, span_id, event_name, attributes,
        place,
        is_plausible(time, received) AS is_time_plausible,
        attributes['log.record.uid'] AS uid,
        toUUIDOrNull(uid) AS uuid
    FROM
    (
        SELECT
            received, ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes,
            record.time_unix_nano AS time,
            record.observed_time_unix_nano AS observed_time,
            record.severity_number AS severity_number,
            record.severity_text AS severity_text,
            record.body AS body,
            record.flags AS flags,
            record.trace_id AS trace_id,
            record.span_id AS span_id,
            record.event_name AS event_name,
            map_of(record.attributes) AS attributes,
            rowNumberInAllBlocks() AS place
        FROM
        (
            SELECT
                received, ResourceSchemaUrl, ResourceAttributes,
                scope_logs.schema_url AS ScopeSchemaUrl,
                scope_logs.scope.name AS ScopeName,
                scope_logs.scope.version AS ScopeVersion,
                map_of(scope_logs.scope.attributes) AS ScopeAttributes,
                arrayJoin(scope_logs.log_records) AS record
            FROM
            (
                SELECT
                    received,
                    resource_logs.schema_url AS ResourceSchemaUrl,
                    map_of(resource_logs.resource.attributes) AS ResourceAttributes,
                    arrayJoin(resource_logs.scope_logs) AS scope_logs
                FROM
                (
                    SELECT spanlog_received_unix_nano AS received, arrayJoin(resource_logs) AS resource_logs
                    FROM {source}
                )
            )
        )
    )
)
SETTINGS {settings}
