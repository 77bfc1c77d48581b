-- Who dealt with which record. One row for each time somebody said so; the first one counts.
CREATE TABLE IF NOT EXISTS spanlog_log_resolutions
(
    LogId UUID,
    ResolvedBy String CODEC(ZSTD(1)),
    ResolvedAt DateTime64(3) DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (LogId, ResolvedAt)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;
