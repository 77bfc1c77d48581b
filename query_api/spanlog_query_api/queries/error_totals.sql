-- How many records there ever were of these fingerprints, and the first and the last of them.
SELECT
    Fingerprint AS fingerprint,
    sum(Records) AS count,
    toUnixTimestamp64Nano(min(First)) AS first_unix_nano,
    toUnixTimestamp64Nano(max(Last)) AS last_unix_nano
FROM spanlog_error_groups
WHERE Fingerprint IN {fingerprints:Array(UInt64)}
GROUP BY Fingerprint
