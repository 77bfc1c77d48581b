-- The first or the last records of these fingerprints.
SELECT
    toString(LogId) AS id,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    AgentId AS agent_id,
    Level AS level,
    SessionId AS session_key,
    TraceId AS trace_id,
    TraceIdForm AS trace_id_form
FROM spanlog_errors
WHERE
    Fingerprint IN {fingerprints:Array(UInt64)}
    AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
ORDER BY if({order:String} = 'asc', unix_nano, -unix_nano), LogId
LIMIT {limit:UInt64}
SETTINGS optimize_move_to_prewhere = 0
