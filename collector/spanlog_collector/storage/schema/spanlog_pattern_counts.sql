CREATE TABLE spanlog_pattern_counts
(
    `Hour` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `PatternHash` UInt64 CODEC(ZSTD(1)),
    `TenantId` LowCardinality(String) CODEC(ZSTD(1)),
    `AgentId` LowCardinality(String) CODEC(ZSTD(1)),
    `Level` LowCardinality(String) CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `FirstSeen` SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    `LastSeen` SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Hour)
ORDER BY (Hour, PatternHash, TenantId, AgentId, Level)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
