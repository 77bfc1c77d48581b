CREATE TABLE spanlog_error_states
(
    `Fingerprint` UInt64,
    `ParentFingerprint` UInt64 CODEC(ZSTD(1)),
    `GroupFingerprint` UInt64 CODEC(ZSTD(1)),
    `GroupResolvedThrough` DateTime64(9) CODEC(ZSTD(1)),
    `ResolvedThrough` DateTime64(9) CODEC(ZSTD(1)),
    `ResolvedAt` DateTime64(9) CODEC(ZSTD(1)),
    `ResolvedBy` String CODEC(ZSTD(1)),
    `MutedAt` DateTime64(9) CODEC(ZSTD(1)),
    `MutedUntil` DateTime64(9) CODEC(ZSTD(1)),
    `MutedRecords` UInt64 CODEC(ZSTD(1)),
    `RecordsWhenMuted` UInt64 CODEC(ZSTD(1)),
    `AssignedTo` String CODEC(ZSTD(1)),
    `ChangedAt` DateTime64(9) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(ChangedAt)
ORDER BY Fingerprint
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
