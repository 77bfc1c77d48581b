-- How often spans of one service have children in another, of the children that begin in a period. A parent is looked
-- for up to a margin before its child.
SELECT parents.service AS parent, children.service AS child, countIf(parents.key != 0) AS calls
FROM
(
    SELECT toString(ServiceName) AS service, cityHash64(TraceId, ParentSpanId) AS parent_key
    FROM otel_traces
    WHERE
        ParentSpanId != ''
        AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
        AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
) AS children
ANY LEFT JOIN
(
    SELECT toString(ServiceName) AS service, cityHash64(TraceId, SpanId) AS key
    FROM otel_traces
    WHERE
        TraceId != ''
        AND Timestamp >= fromUnixTimestamp64Nano({first:Int64} - {margin:Int64})
        AND Timestamp <= fromUnixTimestamp64Nano({last:Int64} + {margin:Int64})
) AS parents ON children.parent_key = parents.key
WHERE parents.service != children.service
GROUP BY parent, child
-- Children without a parent here are among those of no service, and are no calls.
HAVING calls > 0
ORDER BY parent, child
LIMIT {limit:UInt64}
-- Sorts on disk what has no room in memory, where a table of hashes would stop at the bound.
SETTINGS join_algorithm = 'full_sorting_merge'
