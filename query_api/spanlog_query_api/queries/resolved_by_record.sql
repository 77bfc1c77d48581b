-- How many records of these fingerprints were resolved one by one.
SELECT Fingerprint AS fingerprint, uniqExact(LogId, Timestamp) AS count
FROM spanlog_log_resolutions
WHERE Fingerprint IN {fingerprints:Array(UInt64)}
GROUP BY Fingerprint
