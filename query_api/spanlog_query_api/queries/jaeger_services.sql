-- The services that sent spans; empty for those that named none.
SELECT DISTINCT toString(ServiceName) AS service
FROM otel_traces
ORDER BY service
LIMIT {limit:UInt64}
