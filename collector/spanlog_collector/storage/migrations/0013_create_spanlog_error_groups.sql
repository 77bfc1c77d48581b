-- The error groups there ever were, by agent and level: how many records, from when to when, why they are one group,
-- and what the newest said. Small, and kept when the records go, so that a group's first record stays known.
CREATE TABLE IF NOT EXISTS spanlog_error_groups
(
    Fingerprint UInt64 CODEC(ZSTD(1)),
    AgentId LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    TenantId LowCardinality(String) CODEC(ZSTD(1)),
    Records SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    First SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    Last SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
    Rule SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    Parts SimpleAggregateFunction(any, Array(String)) CODEC(ZSTD(1)),
    -- Compared from left to right, so the newest record's is the one that stays.
    Newest SimpleAggregateFunction(max, Tuple(
        Timestamp DateTime64(9), LogId UUID, Message String, ExceptionType String, ExceptionMessage String,
        TraceId String, TraceIdForm String
    )) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (Fingerprint, AgentId, Level, TenantId)
SETTINGS
    index_granularity = 1024,
    min_bytes_for_full_part_storage = 67108864,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- What was stored before. A migration that was cut short runs again, so this begins from nothing.
TRUNCATE TABLE spanlog_error_groups;

INSERT INTO spanlog_error_groups
SELECT
    Fingerprint,
    AgentId,
    Level,
    TenantId,
    count() AS Records,
    min(Timestamp) AS First,
    max(Timestamp) AS Last,
    any(FingerprintRule) AS Rule,
    any(FingerprintParts) AS Parts,
    max(tuple(
        Timestamp,
        LogId,
        substringUTF8(replaceRegexpOne(substringUTF8(Body, 1, 2000), '^\\s+', ''), 1, 400),
        substringUTF8(LogAttributes['exception.type'], 1, 400),
        substringUTF8(LogAttributes['exception.message'], 1, 400),
        TraceId,
        LogAttributes['spanlog.trace_id.form']
    )) AS Newest
FROM otel_logs
WHERE Fingerprint != 0
GROUP BY Fingerprint, AgentId, Level, TenantId
SETTINGS insert_deduplicate = 0, async_insert = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_error_groups_mv TO spanlog_error_groups AS
SELECT
    Fingerprint,
    AgentId,
    Level,
    TenantId,
    count() AS Records,
    min(Timestamp) AS First,
    max(Timestamp) AS Last,
    any(FingerprintRule) AS Rule,
    any(FingerprintParts) AS Parts,
    max(tuple(
        Timestamp,
        LogId,
        substringUTF8(replaceRegexpOne(substringUTF8(Body, 1, 2000), '^\\s+', ''), 1, 400),
        substringUTF8(LogAttributes['exception.type'], 1, 400),
        substringUTF8(LogAttributes['exception.message'], 1, 400),
        TraceId,
        LogAttributes['spanlog.trace_id.form']
    )) AS Newest
FROM otel_logs
WHERE Fingerprint != 0
GROUP BY Fingerprint, AgentId, Level, TenantId;
