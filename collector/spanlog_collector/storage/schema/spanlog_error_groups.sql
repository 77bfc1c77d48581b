CREATE TABLE spanlog_error_groups
(
    `Fingerprint` UInt64 CODEC(ZSTD(1)),
    `AgentId` LowCardinality(String) CODEC(ZSTD(1)),
    `Level` LowCardinality(String) CODEC(ZSTD(1)),
    `TenantId` LowCardinality(String) CODEC(ZSTD(1)),
    `Records` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `First` SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    `Last` SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
    `Rule` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    `Parts` SimpleAggregateFunction(any, Array(String)) CODEC(ZSTD(1)),
    `Newest` SimpleAggregateFunction(max, Tuple(
        Timestamp DateTime64(9),
        LogId UUID,
        Message String,
        ExceptionType String,
        ExceptionMessage String,
        TraceId String,
        TraceIdForm String)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (Fingerprint, AgentId, Level, TenantId)
SETTINGS index_granularity = 1024, min_bytes_for_full_part_storage = 67108864, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1
