-- One message of each shape, from which its pattern is made. It is cut where the shape ends: more of it decides nothing.
CREATE TABLE IF NOT EXISTS spanlog_pattern_shapes
(
    PatternHash UInt64 CODEC(ZSTD(1)),
    TenantId LowCardinality(String) CODEC(ZSTD(1)),
    Example SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    LastSeen SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (PatternHash, TenantId)
SETTINGS
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- What was stored before there was this table; any of two equal shapes is as good as the other.
INSERT INTO spanlog_pattern_shapes
SELECT PatternHash, TenantId, toValidUTF8(substring(any(Body), 1, 500)) AS Example, max(Timestamp) AS LastSeen
FROM otel_logs
GROUP BY PatternHash, TenantId
SETTINGS async_insert = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_pattern_shapes_mv TO spanlog_pattern_shapes AS
SELECT PatternHash, TenantId, toValidUTF8(substring(any(Body), 1, 500)) AS Example, max(Timestamp) AS LastSeen
FROM otel_logs
GROUP BY PatternHash, TenantId;
