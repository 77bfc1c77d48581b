-- What people did with error groups: one row for each time, never changed. The history that is shown.
CREATE TABLE IF NOT EXISTS spanlog_error_changes
(
    Fingerprint UInt64,
    ChangedAt DateTime64(9) CODEC(ZSTD(1)),
    -- resolve, reopen, mute, unmute, assign, comment, merge, split
    Action LowCardinality(String) CODEC(ZSTD(1)),
    ChangedBy String CODEC(ZSTD(1)),
    -- assign: to whom; comment: its text
    Text String CODEC(ZSTD(1)),
    -- merge: into which group; split: from which
    OtherFingerprint UInt64 CODEC(ZSTD(1)),
    -- mute: until when, or until how many more records; 0 for no such end
    MutedUntil DateTime64(9) CODEC(ZSTD(1)),
    MutedRecords UInt64 CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (Fingerprint, ChangedAt)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- How it stands after all changes: one row for each fingerprint that was ever part of one; the latest counts. A
-- fingerprint with no row is open and a group of its own. A time of 0 stands for never.
CREATE TABLE IF NOT EXISTS spanlog_error_states
(
    Fingerprint UInt64,
    -- What it was merged into by itself (0: nothing), and the group that this comes to in the end.
    ParentFingerprint UInt64 CODEC(ZSTD(1)),
    GroupFingerprint UInt64 CODEC(ZSTD(1)),
    -- Until which record its group is resolved: a copy of the group's ResolvedThrough, for every member.
    GroupResolvedThrough DateTime64(9) CODEC(ZSTD(1)),
    -- The rest holds for the group of this fingerprint, while it is one.
    ResolvedThrough DateTime64(9) CODEC(ZSTD(1)),
    ResolvedAt DateTime64(9) CODEC(ZSTD(1)),
    ResolvedBy String CODEC(ZSTD(1)),
    MutedAt DateTime64(9) CODEC(ZSTD(1)),
    MutedUntil DateTime64(9) CODEC(ZSTD(1)),
    MutedRecords UInt64 CODEC(ZSTD(1)),
    RecordsWhenMuted UInt64 CODEC(ZSTD(1)),
    AssignedTo String CODEC(ZSTD(1)),
    ChangedAt DateTime64(9) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(ChangedAt)
ORDER BY Fingerprint
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;
