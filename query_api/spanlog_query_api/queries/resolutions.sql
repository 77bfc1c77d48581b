-- Who resolved these log records, and when; of several who did, the first.
SELECT
    toString(LogId) AS id,
    argMin(ResolvedBy, (ResolvedAt, ResolvedBy)) AS resolved_by,
    toUnixTimestamp64Milli(min(ResolvedAt)) AS resolved_unix_milli
FROM spanlog_log_resolutions
WHERE LogId IN {ids:Array(UUID)}
GROUP BY LogId
