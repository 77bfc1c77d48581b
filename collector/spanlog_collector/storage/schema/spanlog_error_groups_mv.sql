CREATE MATERIALIZED VIEW spanlog_error_groups_mv TO spanlog_error_groups
(
    `Fingerprint` UInt64,
    `AgentId` LowCardinality(String),
    `Level` LowCardinality(String),
    `TenantId` LowCardinality(String),
    `Records` UInt64,
    `First` DateTime64(9),
    `Last` DateTime64(9),
    `Rule` String,
    `Parts` Array(String),
    `Newest` Tuple(
        DateTime64(9),
        UUID,
        String,
        String,
        String,
        String,
        String)
)
AS SELECT
    Fingerprint,
    AgentId,
    Level,
    TenantId,
    count() AS Records,
    min(Timestamp) AS First,
    max(Timestamp) AS Last,
    any(FingerprintRule) AS Rule,
    any(FingerprintParts) AS Parts,
    max(tuple(Timestamp, LogId, substringUTF8(replaceRegexpOne(substringUTF8(Body, 1, 2000), '^\\s+', ''), 1, 400), substringUTF8(LogAttributes['exception.type'], 1, 400), substringUTF8(LogAttributes['exception.message'], 1, 400), TraceId, LogAttributes['spanlog.trace_id.form'])) AS Newest
FROM otel_logs
WHERE Fingerprint != 0
GROUP BY
    Fingerprint,
    AgentId,
    Level,
    TenantId
