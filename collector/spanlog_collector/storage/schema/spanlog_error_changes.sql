CREATE TABLE spanlog_error_changes
(
    `Fingerprint` UInt64,
    `ChangedAt` DateTime64(9) CODEC(ZSTD(1)),
    `Action` LowCardinality(String) CODEC(ZSTD(1)),
    `ChangedBy` String CODEC(ZSTD(1)),
    `Text` String CODEC(ZSTD(1)),
    `OtherFingerprint` UInt64 CODEC(ZSTD(1)),
    `MutedUntil` DateTime64(9) CODEC(ZSTD(1)),
    `MutedRecords` UInt64 CODEC(ZSTD(1)),
    `ChangedWithKey` LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (Fingerprint, ChangedAt)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
