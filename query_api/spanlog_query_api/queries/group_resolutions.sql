-- Until which of their records the groups of these fingerprints are resolved, by whom and when.
SELECT
    member.Fingerprint AS fingerprint,
    toUnixTimestamp64Nano(member.GroupResolvedThrough) AS resolved_through,
    state.ResolvedBy AS resolved_by,
    toUnixTimestamp64Milli(state.ResolvedAt) AS resolved_unix_milli
FROM (SELECT * FROM spanlog_error_states FINAL) AS member
INNER JOIN (SELECT * FROM spanlog_error_states FINAL) AS state ON state.Fingerprint = member.GroupFingerprint
WHERE
    member.Fingerprint IN {fingerprints:Array(UInt64)}
    AND toUnixTimestamp64Nano(member.GroupResolvedThrough) > 0
