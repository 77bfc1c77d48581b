CREATE MATERIALIZED VIEW spanlog_errors_mv TO spanlog_errors
(
    `Fingerprint` UInt64,
    `Timestamp` DateTime64(9),
    `LogId` UUID,
    `AgentId` LowCardinality(String),
    `Level` LowCardinality(String),
    `TenantId` LowCardinality(String),
    `SessionId` String,
    `TraceId` String,
    `TraceIdForm` String,
    `IngestedAt` DateTime
)
AS SELECT
    Fingerprint,
    Timestamp,
    LogId,
    AgentId,
    Level,
    TenantId,
    SessionId,
    TraceId,
    LogAttributes['spanlog.trace_id.form'] AS TraceIdForm,
    toDateTime(otel_logs.IngestedAt) AS IngestedAt
FROM otel_logs
WHERE Fingerprint != 0
