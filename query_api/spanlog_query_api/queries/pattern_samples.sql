-- The records of some shapes at these moments, whichever belongs to which; of one agent and level where they are named.
-- The moments are named twice, because the table is ordered by their five minutes.
SELECT
    PatternHash AS shape,
    toUnixTimestamp64Nano(Timestamp) AS unix_nano,
    toString(max(LogId)) AS id
FROM otel_logs
WHERE
    toStartOfFiveMinutes(Timestamp) IN (SELECT toDateTime(arrayJoin({steps:Array(Int64)})))
    AND toUnixTimestamp64Nano(Timestamp) IN {moments:Array(Int64)}
    AND PatternHash IN {shapes:Array(UInt64)}
    AND ({agent_id:String} = '' OR AgentId = {agent_id:String})
    AND ({level:String} = '' OR Level = {level:String})
GROUP BY shape, unix_nano
