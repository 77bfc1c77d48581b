-- Which migrations made this store. The only table that is made outside a migration.
CREATE TABLE IF NOT EXISTS spanlog_migrations
(
    Version UInt32,
    Name String,
    Checksum String,
    AppliedAt DateTime64(3) DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY Version
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
