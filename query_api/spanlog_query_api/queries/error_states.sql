-- How every fingerprint stands that people ever changed something about.
SELECT
    Fingerprint AS fingerprint,
    ParentFingerprint AS parent,
    GroupFingerprint AS `group`,
    toUnixTimestamp64Nano(GroupResolvedThrough) AS group_resolved_through,
    toUnixTimestamp64Nano(ResolvedThrough) AS resolved_through,
    toUnixTimestamp64Nano(ResolvedAt) AS resolved_at,
    ResolvedBy AS resolved_by,
    toUnixTimestamp64Nano(MutedAt) AS muted_at,
    toUnixTimestamp64Nano(MutedUntil) AS muted_until,
    MutedRecords AS muted_records,
    RecordsWhenMuted AS records_when_muted,
    AssignedTo AS assigned_to
FROM spanlog_error_states FINAL
