CREATE MATERIALIZED VIEW spanlog_pattern_shapes_mv TO spanlog_pattern_shapes
(
    `PatternHash` UInt64,
    `TenantId` LowCardinality(String),
    `Example` String,
    `LastSeen` DateTime64(9)
)
AS SELECT
    PatternHash,
    TenantId,
    toValidUTF8(substring(any(Body), 1, 500)) AS Example,
    max(Timestamp) AS LastSeen
FROM otel_logs
GROUP BY
    PatternHash,
    TenantId
