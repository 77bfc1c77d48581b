CREATE TABLE spanlog_pattern_shapes
(
    `PatternHash` UInt64 CODEC(ZSTD(1)),
    `TenantId` LowCardinality(String) CODEC(ZSTD(1)),
    `Example` SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    `LastSeen` SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (PatternHash, TenantId)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
