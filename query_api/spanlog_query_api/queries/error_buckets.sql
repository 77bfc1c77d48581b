-- Records of these fingerprints over time, in stretches of so many seconds.
SELECT
    intDiv(toUnixTimestamp64Nano(Timestamp), 1000000000 * {bucket_seconds:Int64}) AS bucket,
    count() AS count
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
GROUP BY bucket
ORDER BY bucket
