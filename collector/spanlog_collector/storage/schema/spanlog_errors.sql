CREATE TABLE spanlog_errors
(
    `Fingerprint` UInt64 CODEC(ZSTD(1)),
    `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `LogId` UUID CODEC(ZSTD(1)),
    `AgentId` LowCardinality(String) CODEC(ZSTD(1)),
    `Level` LowCardinality(String) CODEC(ZSTD(1)),
    `TenantId` LowCardinality(String) CODEC(ZSTD(1)),
    `SessionId` String CODEC(ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `TraceIdForm` LowCardinality(String) CODEC(ZSTD(1)),
    `IngestedAt` DateTime CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (Fingerprint, Timestamp)
SETTINGS ttl_only_drop_parts = 1, index_granularity = 1024, min_bytes_for_full_part_storage = 67108864, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1
