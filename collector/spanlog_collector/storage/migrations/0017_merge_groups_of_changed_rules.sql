-- A group that the rules of today name differently goes on as the group it was: what spanlog_error_hashes says is
-- written down as a merge, which later records follow and which a person can split.
INSERT INTO spanlog_error_changes (Fingerprint, ChangedAt, Action, ChangedBy, Text, OtherFingerprint)
SELECT Hash, now64(9), 'merge', 'spanlog', 'the rules of grouping have changed', Fingerprint
FROM spanlog_error_hashes FINAL
WHERE Hash NOT IN (SELECT Fingerprint FROM spanlog_error_states);

INSERT INTO spanlog_error_states (Fingerprint, ParentFingerprint, GroupFingerprint, ChangedAt)
SELECT Hash, Fingerprint, Fingerprint, now64(9)
FROM spanlog_error_hashes FINAL
WHERE Hash NOT IN (SELECT Fingerprint FROM spanlog_error_states);
