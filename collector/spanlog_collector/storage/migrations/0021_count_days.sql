-- Two more kinds of what is counted, for questions about many days: their whole days are read from these, so that 30 days
-- cost what one does.
--   days      day, shape of the message, agent, level
--   errors    day, error, agent, level. What PatternHash holds of this kind is the Fingerprint
-- A fingerprint decides the group more finely than the shape does, so records are grouped by it too.
ALTER TABLE spanlog_counts MODIFY COLUMN
    Kind Enum8('agents' = 1, 'patterns' = 2, 'shapes' = 3, 'days' = 4, 'errors' = 5) CODEC(ZSTD(1));

-- The view is made anew: of one whose query is modified, the engine takes a repeated insert for another one once the
-- store has been opened again (0018).
DROP VIEW IF EXISTS spanlog_counts_mv SYNC;

-- What was counted before, once: nobody writes during a migration, and one that was cut short begins anew.
ALTER TABLE spanlog_counts DELETE WHERE Kind IN ('days', 'errors') SETTINGS mutations_sync = 2;

INSERT INTO spanlog_counts (Kind, Step, PatternHash, TenantId, AgentId, Level, Records, First, Last, Sessions, IngestedAt)
SELECT
    'days', toStartOfDay(Step) AS Day, PatternHash, TenantId, AgentId, Level,
    sum(Records), min(First), max(Last), arrayReduce('uniqState', emptyArrayString()), max(IngestedAt)
FROM spanlog_counts
WHERE Kind = 'patterns'
GROUP BY Day, PatternHash, TenantId, AgentId, Level
SETTINGS insert_deduplicate = 0, async_insert = 0, max_partitions_per_insert_block = 0;

INSERT INTO spanlog_counts (Kind, Step, PatternHash, TenantId, AgentId, Level, Records, First, Last, Sessions, IngestedAt)
SELECT
    'errors', toStartOfDay(Timestamp, 'UTC') AS Day, Fingerprint, TenantId, AgentId, Level,
    count(), min(Timestamp), max(Timestamp), arrayReduce('uniqState', emptyArrayString()), max(IngestedAt)
FROM spanlog_errors
GROUP BY Day, Fingerprint, TenantId, AgentId, Level
SETTINGS insert_deduplicate = 0, async_insert = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_counts_mv TO spanlog_counts AS
SELECT
    Kind,
    multiIf(
        Kind = 'agents', FiveMinutes, Kind = 'patterns', toStartOfHour(FiveMinutes), toStartOfDay(FiveMinutes)
    ) AS Step,
    multiIf(Kind = 'agents', 0, Kind = 'errors', Error, Shape) AS PatternHash,
    TenantId,
    if(Kind = 'shapes', '', Agent) AS AgentId,
    if(Kind = 'shapes', '', AgentLevel) AS Level,
    Records,
    First,
    Last,
    if(Kind = 'agents', AgentSessions, arrayReduce('uniqState', emptyArrayString())) AS Sessions,
    if(Kind = 'shapes', Message, '') AS Example,
    IngestedAt
FROM
(
    SELECT
        toStartOfFiveMinutes(Timestamp, 'UTC') AS FiveMinutes,
        PatternHash AS Shape,
        Fingerprint AS Error,
        TenantId,
        AgentId AS Agent,
        Level AS AgentLevel,
        count() AS Records,
        min(Timestamp) AS First,
        max(Timestamp) AS Last,
        uniqStateIf(SessionId, SessionId != '') AS AgentSessions,
        toValidUTF8(substring(any(Body), 1, 500)) AS Message,
        toDateTime(max(otel_logs.IngestedAt)) AS IngestedAt
    FROM otel_logs
    GROUP BY FiveMinutes, Shape, Error, TenantId, Agent, AgentLevel
)
ARRAY JOIN arrayResize(['agents', 'patterns', 'shapes', 'days', 'errors'], if(Error = 0, 4, 5)) AS Kind;
