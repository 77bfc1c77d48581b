-- Which records and traces of these fingerprints lie at these moments, whichever belongs to which; of one agent where
-- one is named.
SELECT
    Fingerprint AS fingerprint,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    toString(LogId) AS id,
    TraceId AS trace_id,
    TraceIdForm AS trace_id_form
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
    AND toUnixTimestamp64Nano(Timestamp) IN {moments:Array(Int64)}
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
SETTINGS optimize_move_to_prewhere = 0
