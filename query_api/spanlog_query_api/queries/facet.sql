-- The values that one field, or attribute where no field is named so, has in the matching records, most frequent first.
-- The name is a constant, so that the engine reads the column of that branch alone.
SELECT
    multiIf(
        {field:String} = 'agent_id', toString(AgentId),
        {field:String} = 'level', toString(Level),
        {field:String} = 'category', toString(Category),
        {field:String} = 'source', toString(Source),
        {field:String} = 'service', toString(ServiceName),
        {field:String} = 'session_key', SessionId,
        {field:String} = 'logger', ScopeName,
        {field:String} = 'event', EventName,
        {field:String} = 'trace_id', TraceId,
        {field:String} = 'fingerprint', if(Fingerprint = 0, '', lower(hex(Fingerprint))),
        mapContains(LogAttributes, {attribute:String}), LogAttributes[{attribute:String}],
        ResourceAttributes[{attribute:String}]
    ) AS value,
    count() AS total
FROM otel_logs
WHERE {condition}
GROUP BY value
HAVING value != ''
ORDER BY total DESC, value
LIMIT {limit:UInt64}
