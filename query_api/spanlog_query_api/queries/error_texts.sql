-- What the newest records of these fingerprints said, and why each is one group.
SELECT
    Fingerprint AS fingerprint,
    any(Rule) AS rule,
    any(Parts) AS parts,
    max(Newest) AS newest,
    toUnixTimestamp64Nano(newest.Timestamp) AS unix_nano
FROM spanlog_error_groups
WHERE Fingerprint IN {fingerprints:Array(UInt64)}
GROUP BY Fingerprint
