CREATE MATERIALIZED VIEW spanlog_log_counts_mv TO spanlog_log_counts
(
    `FiveMinutes` DateTime,
    `AgentId` LowCardinality(String),
    `Level` LowCardinality(String),
    `TenantId` LowCardinality(String),
    `Records` UInt64,
    `First` DateTime64(9),
    `Last` DateTime64(9),
    `Sessions` AggregateFunction(uniq, String),
    `IngestedAt` DateTime
)
AS SELECT
    toStartOfFiveMinutes(Timestamp) AS FiveMinutes,
    AgentId,
    Level,
    TenantId,
    count() AS Records,
    min(Timestamp) AS First,
    max(Timestamp) AS Last,
    uniqStateIf(SessionId, SessionId != '') AS Sessions,
    toDateTime(max(otel_logs.IngestedAt)) AS IngestedAt
FROM otel_logs
GROUP BY
    FiveMinutes,
    AgentId,
    Level,
    TenantId
