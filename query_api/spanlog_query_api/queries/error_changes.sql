-- What people did with these fingerprints, the latest first.
SELECT
    Fingerprint AS fingerprint,
    toUnixTimestamp64Nano(ChangedAt) AS unix_nano,
    Action AS action,
    ChangedBy AS changed_by,
    Text AS text,
    OtherFingerprint AS other_fingerprint,
    toUnixTimestamp64Nano(MutedUntil) AS muted_until_unix_nano,
    MutedRecords AS muted_records
FROM spanlog_error_changes
WHERE Fingerprint IN {fingerprints:Array(UInt64)}
ORDER BY ChangedAt DESC
LIMIT {limit:UInt64}
