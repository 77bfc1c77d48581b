CREATE TABLE spanlog_log_resolutions
(
    `LogId` UUID,
    `ResolvedBy` String CODEC(ZSTD(1)),
    `ResolvedAt` DateTime64(3) DEFAULT now64(3),
    `Fingerprint` UInt64 CODEC(ZSTD(1)),
    `Timestamp` DateTime64(9) CODEC(ZSTD(1)),
    `AgentId` LowCardinality(String) CODEC(ZSTD(1)),
    `Level` LowCardinality(String) CODEC(ZSTD(1)),
    `ResolvedWithKey` LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (LogId, ResolvedAt)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
