-- Who resolved which log record, and when; of several who did, the first.
SELECT
    toString(LogId) AS id,
    argMin(ResolvedBy, (ResolvedAt, ResolvedBy)) AS resolved_by,
    toUnixTimestamp64Milli(min(ResolvedAt)) AS resolved_unix_milli
FROM spanlog_log_resolutions
GROUP BY LogId
