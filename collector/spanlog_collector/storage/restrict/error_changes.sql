-- What was done with error groups in which one of them has a record.
Fingerprint IN (SELECT Fingerprint FROM spanlog_error_groups WHERE AgentId IN ({agents}))
OR Fingerprint IN (
    SELECT GroupFingerprint
    FROM merge(currentDatabase(), '^spanlog_error_states$')
    WHERE Fingerprint IN (SELECT Fingerprint FROM spanlog_error_groups WHERE AgentId IN ({agents}))
)
