-- What is counted of the records, three kinds in one table: each view and each table costs every insert milliseconds.
--   agents    five minutes, agent, level: what a period is counted from without reading its records. Five minutes because
--             that is what otel_logs is ordered by: a shorter step would spare no reading at a period's edges (ADR 0006)
--   patterns  hour, shape of the message, agent, level. By hour, because that keeps them a small fraction of the records
--             they count; the hours that a period cuts are read from the records themselves (ADR 0007)
--   shapes    day, shape: one message, from which the shape's pattern is made. It is cut where the shape ends: more of it
--             decides nothing
CREATE TABLE IF NOT EXISTS spanlog_counts
(
    Kind Enum8('agents' = 1, 'patterns' = 2, 'shapes' = 3) CODEC(ZSTD(1)),
    Step DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    PatternHash UInt64 CODEC(ZSTD(1)),
    TenantId LowCardinality(String) CODEC(ZSTD(1)),
    AgentId LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    Records SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    First SimpleAggregateFunction(min, DateTime64(9)) CODEC(Delta(8), ZSTD(1)),
    Last SimpleAggregateFunction(max, DateTime64(9)) CODEC(Delta(8), ZSTD(1)),
    -- agents: how many different sessions.
    Sessions AggregateFunction(uniq, String) CODEC(ZSTD(1)),
    -- shapes: a message.
    Example SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    IngestedAt SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Step)
ORDER BY (Kind, Step, PatternHash, TenantId, AgentId, Level)
SETTINGS
    ttl_only_drop_parts = 1,
    -- The kinds lie one behind the other in a part, and few rows of one are wanted.
    index_granularity = 1024,
    min_bytes_for_full_part_storage = 67108864,
    -- A segment that is loaded twice is counted once.
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- What was stored before there was this table. Nobody writes during a migration, and one that was cut short begins
-- anew, so emptying the table first is what makes counting once certain.
TRUNCATE TABLE spanlog_counts;

INSERT INTO spanlog_counts
SELECT
    Kind,
    multiIf(
        Kind = 'agents', FiveMinutes, Kind = 'patterns', toStartOfHour(FiveMinutes), toStartOfDay(FiveMinutes)
    ) AS Step,
    if(Kind = 'agents', 0, Shape) AS PatternHash,
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
    GROUP BY FiveMinutes, Shape, TenantId, Agent, AgentLevel
)
ARRAY JOIN ['agents', 'patterns', 'shapes'] AS Kind
SETTINGS
    insert_deduplicate = 0, async_insert = 0, max_partitions_per_insert_block = 0,
    max_bytes_before_external_group_by = 268435456;

-- The records are grouped once, as finely as any kind needs; the few rows that come of it are what each kind is made
-- of, and the table adds up those of one key before it writes them.
CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_counts_mv TO spanlog_counts AS
SELECT
    Kind,
    multiIf(
        Kind = 'agents', FiveMinutes, Kind = 'patterns', toStartOfHour(FiveMinutes), toStartOfDay(FiveMinutes)
    ) AS Step,
    if(Kind = 'agents', 0, Shape) AS PatternHash,
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
    GROUP BY FiveMinutes, Shape, TenantId, Agent, AgentLevel
)
ARRAY JOIN ['agents', 'patterns', 'shapes'] AS Kind;
