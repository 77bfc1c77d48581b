-- Which records and traces lie at these moments, one moment for each fingerprint; of one agent where one is named.
SELECT
    Fingerprint AS fingerprint,
    toString(max(LogId)) AS id,
    argMax(TraceId, LogId) AS trace_id,
    argMax(TraceIdForm, LogId) AS trace_id_form
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
    AND toUnixTimestamp64Nano(Timestamp)
        = transform(Fingerprint, {fingerprints:Array(UInt64)}, {moments:Array(Int64)}, toInt64(0))
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
GROUP BY Fingerprint
