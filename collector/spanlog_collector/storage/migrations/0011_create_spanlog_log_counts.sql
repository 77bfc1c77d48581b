-- How many records each agent logged, by level, in each five minutes: what a period is counted from without reading
-- its records. Five minutes because that is what otel_logs is ordered by: a shorter step would spare no reading at a
-- period's edges (docs/adr/0006-counting.md).
CREATE TABLE IF NOT EXISTS spanlog_log_counts
(
    FiveMinutes DateTime CODEC(Delta(4), ZSTD(1)),
    AgentId LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    TenantId LowCardinality(String) CODEC(ZSTD(1)),
    Records SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    First SimpleAggregateFunction(min, DateTime64(9)) CODEC(Delta(8), ZSTD(1)),
    Last SimpleAggregateFunction(max, DateTime64(9)) CODEC(Delta(8), ZSTD(1)),
    Sessions AggregateFunction(uniq, String) CODEC(ZSTD(1)),
    IngestedAt SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(FiveMinutes)
ORDER BY (FiveMinutes, AgentId, Level, TenantId)
SETTINGS
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- What was stored before. A migration that was cut short runs again, so this begins from nothing.
TRUNCATE TABLE spanlog_log_counts;

INSERT INTO spanlog_log_counts
SELECT
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
GROUP BY FiveMinutes, AgentId, Level, TenantId
SETTINGS insert_deduplicate = 0, async_insert = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_log_counts_mv TO spanlog_log_counts AS
SELECT
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
GROUP BY FiveMinutes, AgentId, Level, TenantId;
