-- What people changed, the latest first: error groups one change a row, records resolved together one row for all. Where
-- two are of one moment, `tie` orders them.
SELECT
    unix_nano, tie, kind, action, fingerprint, record_id, count, changed_by, changed_with_key, text,
    other_fingerprint, muted_until_unix_nano, muted_records
FROM
(
    SELECT
        toUnixTimestamp64Nano(ChangedAt) AS unix_nano,
        concat('error:', toString(Fingerprint), ':', toString(Action)) AS tie,
        'error' AS kind,
        toString(Action) AS action,
        Fingerprint AS fingerprint,
        '' AS record_id,
        toUInt64(1) AS count,
        ChangedBy AS changed_by,
        toString(ChangedWithKey) AS changed_with_key,
        Text AS text,
        OtherFingerprint AS other_fingerprint,
        toUnixTimestamp64Nano(MutedUntil) AS muted_until_unix_nano,
        MutedRecords AS muted_records
    FROM spanlog_error_changes
    UNION ALL
    SELECT
        toUnixTimestamp64Milli(ResolvedAt) * 1000000 AS unix_nano,
        concat('record:', toString(min(LogId))) AS tie,
        'record' AS kind,
        'resolve' AS action,
        toUInt64(0) AS fingerprint,
        toString(min(LogId)) AS record_id,
        uniqExact(LogId) AS count,
        ResolvedBy AS changed_by,
        toString(ResolvedWithKey) AS changed_with_key,
        '' AS text,
        toUInt64(0) AS other_fingerprint,
        toInt64(0) AS muted_until_unix_nano,
        toUInt64(0) AS muted_records
    FROM spanlog_log_resolutions
    GROUP BY ResolvedAt, ResolvedBy, ResolvedWithKey
)
WHERE
    unix_nano >= {since:Int64}
    AND unix_nano < {until:Int64}
    AND (unix_nano, tie) < ({before:Int64}, {before_tie:String})
ORDER BY unix_nano DESC, tie DESC
LIMIT {limit:UInt64}
