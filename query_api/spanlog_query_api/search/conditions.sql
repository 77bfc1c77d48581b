-- What one condition asks of a row of otel_logs, or of otel_traces where its name begins with span_of, each under its name. Values are bound; conditions.py gives each
-- occurrence of one a name of its own and joins conditions with AND, OR and NOT. None of them is ever NULL.

-- name: since
-- The hint is for the table's order alone and worked out for no row: of Timestamp, which is in the table's key too, the
-- engine does not find by itself where a period begins within a day.
indexHint(toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({time:Int64})))
AND Timestamp >= fromUnixTimestamp64Nano({time:Int64})

-- name: until
indexHint(toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({time:Int64})))
AND Timestamp < fromUnixTimestamp64Nano({time:Int64})

-- name: time_in
toUnixTimestamp64Nano(Timestamp) IN {times:Array(Int64)}

-- name: before
-- Rows that come after this one, newest first.
indexHint(toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({time:Int64})))
AND (Timestamp, LogId) < (fromUnixTimestamp64Nano({time:Int64}), {id:UUID})

-- name: after
indexHint(toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({time:Int64})))
AND (Timestamp, LogId) > (fromUnixTimestamp64Nano({time:Int64}), {id:UUID})

-- name: agent_is
AgentId = {value:String}
-- name: agent_like
AgentId LIKE {pattern:String}

-- name: service_is
ServiceName = {value:String}
-- name: service_like
ServiceName LIKE {pattern:String}

-- name: category_is
Category = {value:String}
-- name: category_like
Category LIKE {pattern:String}

-- name: source_is
Source = {value:String}
-- name: source_like
Source LIKE {pattern:String}

-- name: session_is
SessionId = {value:String}
-- name: session_like
SessionId LIKE {pattern:String}

-- name: logger_is
ScopeName = {value:String}
-- name: logger_like
ScopeName LIKE {pattern:String}

-- name: event_is
EventName = {value:String}
-- name: event_like
EventName LIKE {pattern:String}

-- name: trace_is
TraceId = {value:String}
-- name: trace_like
TraceId LIKE {pattern:String}

-- name: span_is
SpanId = {value:String}
-- name: span_like
SpanId LIKE {pattern:String}

-- name: parent_is
ParentId = {value:String}
-- name: parent_like
ParentId LIKE {pattern:String}

-- name: id_is
(
    LogId = {value:UUID}
    -- What idx_log_id_second holds.
    AND if(
        toUnixTimestamp64Milli(UUIDv7ToDateTime(LogId)) = 0,
        cityHash64(LogId),
        toUInt64(intDiv(toUnixTimestamp64Milli(UUIDv7ToDateTime(LogId)), 1000))
    ) = if(
        toUnixTimestamp64Milli(UUIDv7ToDateTime({value:UUID})) = 0,
        cityHash64({value:UUID}),
        toUInt64(intDiv(toUnixTimestamp64Milli(UUIDv7ToDateTime({value:UUID})), 1000))
    )
)

-- name: level_in
Level IN {levels:Array(String)}

-- name: fingerprint_is
Fingerprint = {value:UInt64}

-- name: fingerprint_exists
Fingerprint != 0

-- name: resolved
(
    LogId IN (SELECT LogId FROM spanlog_log_resolutions)
    -- Or its group is resolved, up to a later record.
    OR (Fingerprint != 0 AND toUnixTimestamp64Nano(Timestamp) <= transform(
        Fingerprint,
        (SELECT arrayPushBack(groupArray(Fingerprint), 0) FROM spanlog_error_states FINAL),
        (SELECT arrayPushBack(groupArray(toUnixTimestamp64Nano(GroupResolvedThrough)), 0) FROM spanlog_error_states FINAL),
        0
    ))
)

-- name: message_is
Body = {value:String}

-- name: message_word
-- The text index answers this, by its dictionary of words: they are what lies between spaces, signs and digits.
translate(lower(Body), '0123456789', '          ') LIKE {pattern:String}

-- name: message_like
lower(Body) LIKE {pattern:String}

-- name: message_contains
-- For what ASCII's lower() does not reach.
positionCaseInsensitiveUTF8(Body, {text:String}) > 0

-- name: attribute_is
-- The record's own attribute, else its resource's.
if(mapContains(LogAttributes, {name:String}), LogAttributes[{name:String}], ResourceAttributes[{name:String}]) = {value:String}

-- name: attribute_may_be
-- What attribute_is asks, of the record's own attributes alone: its resource's are then read only where this leaves it open.
LogAttributes[{name:String}] IN ({value:String}, '')

-- name: attribute_like
if(mapContains(LogAttributes, {name:String}), LogAttributes[{name:String}], ResourceAttributes[{name:String}]) LIKE {pattern:String}

-- name: attribute_exists
(mapContains(LogAttributes, {name:String}) OR mapContains(ResourceAttributes, {name:String}))

-- name: attribute_above
ifNull(toFloat64OrNull(LogAttributes[{name:String}]) > {number:Float64}, false)
-- name: attribute_at_least
ifNull(toFloat64OrNull(LogAttributes[{name:String}]) >= {number:Float64}, false)
-- name: attribute_below
ifNull(toFloat64OrNull(LogAttributes[{name:String}]) < {number:Float64}, false)
-- name: attribute_at_most
ifNull(toFloat64OrNull(LogAttributes[{name:String}]) <= {number:Float64}, false)

-- name: pattern_is
PatternHash IN {shapes:Array(UInt64)}

-- name: operation_like
-- A record of a spanlog.operation() tells its name.
LogAttributes['spanlog.operation.name'] LIKE {pattern:String}

-- name: span_of_service
ServiceName = {value:String}

-- name: span_of_name
SpanName LIKE {pattern:String}

-- name: span_of_attribute
-- The span's own attribute, else its resource's.
if(mapContains(SpanAttributes, {name:String}), SpanAttributes[{name:String}], ResourceAttributes[{name:String}]) = {value:String}
