-- What the sample records of error groups say, and why their groups are groups.
SELECT
    toString(LogId) AS id,
    Fingerprint AS fingerprint,
    FingerprintRule AS rule,
    FingerprintParts AS parts,
    substringUTF8(Body, 1, 2000) AS message,
    LogAttributes['exception.type'] AS exception_type,
    substringUTF8(LogAttributes['exception.message'], 1, 2000) AS exception_message,
    LogAttributes['spanlog.trace_id.form'] AS trace_id_form,
    TraceId AS trace_id
FROM otel_logs
WHERE
    LogId IN {ids:Array(UUID)}
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
