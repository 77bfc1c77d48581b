CREATE MATERIALIZED VIEW spanlog_pattern_counts_mv TO spanlog_pattern_counts
(
    `Hour` DateTime('UTC'),
    `PatternHash` UInt64,
    `TenantId` LowCardinality(String),
    `AgentId` LowCardinality(String),
    `Level` LowCardinality(String),
    `Count` UInt64,
    `FirstSeen` DateTime64(9),
    `LastSeen` DateTime64(9)
)
AS SELECT
    toStartOfHour(Timestamp, 'UTC') AS Hour,
    PatternHash,
    TenantId,
    AgentId,
    Level,
    count() AS Count,
    min(Timestamp) AS FirstSeen,
    max(Timestamp) AS LastSeen
FROM otel_logs
GROUP BY
    Hour,
    PatternHash,
    TenantId,
    AgentId,
    Level
