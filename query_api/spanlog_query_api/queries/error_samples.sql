-- What the newest records of fingerprints said and why these are groups, and which record and trace was the last one
-- of each up to a moment; of one agent where one is named.
SELECT
    texts.fingerprint AS fingerprint,
    texts.rule AS rule,
    texts.parts AS parts,
    texts.message AS message,
    texts.exception_type AS exception_type,
    texts.exception_message AS exception_message,
    if(record.fingerprint = 0, '', record.id) AS id,
    record.trace_id AS trace_id,
    record.trace_id_form AS trace_id_form
FROM
(
    SELECT
        Fingerprint AS fingerprint,
        any(Rule) AS rule,
        any(Parts) AS parts,
        max(Newest) AS newest,
        newest.Message AS message,
        newest.ExceptionType AS exception_type,
        newest.ExceptionMessage AS exception_message
    FROM spanlog_error_groups
    WHERE Fingerprint IN {fingerprints:Array(UInt64)}
    GROUP BY Fingerprint
) AS texts
LEFT JOIN
(
    SELECT
        Fingerprint AS fingerprint,
        toString(max(LogId)) AS id,
        argMax(TraceId, LogId) AS trace_id,
        argMax(TraceIdForm, LogId) AS trace_id_form
    FROM spanlog_errors
    WHERE
        (Fingerprint, Timestamp) IN (
            SELECT pair.1, pair.2
            FROM
            (
                SELECT arrayJoin(arrayZip(
                    {fingerprints:Array(UInt64)},
                    arrayMap(time -> fromUnixTimestamp64Nano(time), {times:Array(Int64)})
                )) AS pair
            )
        )
        AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
        AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
        AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    GROUP BY Fingerprint
) AS record ON record.fingerprint = texts.fingerprint
