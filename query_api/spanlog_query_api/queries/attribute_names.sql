-- The names of the attributes, own and resource's, that the newest of the matching records have, most frequent first.
SELECT
    arrayJoin(names) AS name,
    count() AS total
FROM (
    SELECT arrayDistinct(arrayConcat(mapKeys(LogAttributes), mapKeys(ResourceAttributes))) AS names
    FROM otel_logs
    WHERE TraceFlags <= 255 AND {condition}
    ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC
    LIMIT {records:UInt64}
)
GROUP BY name
ORDER BY total DESC, name
LIMIT {limit:UInt64}
