-- Shapes of messages: what differs between two records of one shape is words that hold a digit (numbers, ids, hex,
-- UUIDs with their dashes) and what stands behind the first 500 bytes. A shape is finer than a pattern: patterns are
-- made of shapes when they are asked for. Rows stored before keep the hash they have; their shapes end up in the same
-- patterns.
ALTER TABLE otel_logs MODIFY COLUMN PatternHash UInt64 DEFAULT cityHash64(
    replaceRegexpAll(substring(Body, 1, 500), '[A-Za-z]*[0-9][0-9A-Za-z-]*', '*')
) CODEC(ZSTD(1));

-- How often each shape was logged, by hour, agent and level. By hour, because that keeps the table a small fraction of
-- the records it counts; the hours that a period cuts are read from the records themselves.
CREATE TABLE IF NOT EXISTS spanlog_pattern_counts
(
    Hour DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    PatternHash UInt64 CODEC(ZSTD(1)),
    TenantId LowCardinality(String) CODEC(ZSTD(1)),
    AgentId LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    Count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    FirstSeen SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    LastSeen SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Hour)
ORDER BY (Hour, PatternHash, TenantId, AgentId, Level)
SETTINGS
    ttl_only_drop_parts = 1,
    -- A segment that is loaded twice is counted once.
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- What was stored before there was this table. Nobody writes during a migration, and one that was cut short begins
-- anew, so emptying the table first is what makes counting once certain.
TRUNCATE TABLE spanlog_pattern_counts;

INSERT INTO spanlog_pattern_counts
SELECT
    toStartOfHour(Timestamp, 'UTC') AS Hour,
    PatternHash, TenantId, AgentId, Level,
    count() AS Count,
    min(Timestamp) AS FirstSeen,
    max(Timestamp) AS LastSeen
FROM otel_logs
GROUP BY Hour, PatternHash, TenantId, AgentId, Level
SETTINGS max_partitions_per_insert_block = 0, async_insert = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_pattern_counts_mv TO spanlog_pattern_counts AS
SELECT
    toStartOfHour(Timestamp, 'UTC') AS Hour,
    PatternHash, TenantId, AgentId, Level,
    count() AS Count,
    min(Timestamp) AS FirstSeen,
    max(Timestamp) AS LastSeen
FROM otel_logs
GROUP BY Hour, PatternHash, TenantId, AgentId, Level;
