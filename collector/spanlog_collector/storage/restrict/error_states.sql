-- The error groups in which one of them has a record, with all that is merged into one. The table itself is read by
-- merge(), which these filters do not apply to: within itself, the filter would apply without end.
GroupFingerprint IN (
    SELECT GroupFingerprint
    FROM merge(currentDatabase(), '^spanlog_error_states$')
    WHERE Fingerprint IN (SELECT Fingerprint FROM spanlog_error_groups WHERE AgentId IN ({agents}))
)
