CREATE TABLE spanlog_counts
(
    `Kind` Enum8('agents' = 1, 'patterns' = 2, 'shapes' = 3, 'days' = 4, 'errors' = 5) CODEC(ZSTD(1)),
    `Step` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `PatternHash` UInt64 CODEC(ZSTD(1)),
    `TenantId` LowCardinality(String) CODEC(ZSTD(1)),
    `AgentId` LowCardinality(String) CODEC(ZSTD(1)),
    `Level` LowCardinality(String) CODEC(ZSTD(1)),
    `Records` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `First` SimpleAggregateFunction(min, DateTime64(9)) CODEC(Delta(8), ZSTD(1)),
    `Last` SimpleAggregateFunction(max, DateTime64(9)) CODEC(Delta(8), ZSTD(1)),
    `Sessions` AggregateFunction(uniq, String) CODEC(ZSTD(1)),
    `Example` SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    `IngestedAt` SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Step)
ORDER BY (Kind, Step, PatternHash, TenantId, AgentId, Level)
SETTINGS ttl_only_drop_parts = 1, index_granularity = 1024, min_bytes_for_full_part_storage = 67108864, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1
