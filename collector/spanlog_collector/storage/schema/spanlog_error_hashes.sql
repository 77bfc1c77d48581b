CREATE TABLE spanlog_error_hashes
(
    `Hash` UInt64,
    `Fingerprint` UInt64 CODEC(ZSTD(1)),
    `AddedAt` DateTime64(3) DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(AddedAt)
ORDER BY Hash
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
