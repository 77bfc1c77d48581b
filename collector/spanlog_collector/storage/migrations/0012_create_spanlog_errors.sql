-- Every error once more, without its text and ordered by group: which records a group has, whose they are, in which
-- session and trace. A few percent of the records, so a period's errors are counted here one by one, exactly.
CREATE TABLE IF NOT EXISTS spanlog_errors
(
    Fingerprint UInt64 CODEC(ZSTD(1)),
    Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    LogId UUID CODEC(ZSTD(1)),
    AgentId LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    TenantId LowCardinality(String) CODEC(ZSTD(1)),
    SessionId String CODEC(ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    -- In which spelling the sender gave the trace id.
    TraceIdForm LowCardinality(String) CODEC(ZSTD(1)),
    IngestedAt DateTime CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (Fingerprint, Timestamp)
SETTINGS
    ttl_only_drop_parts = 1,
    index_granularity = 1024,
    min_bytes_for_full_part_storage = 67108864,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- What was stored before. A migration that was cut short runs again, so this begins from nothing.
TRUNCATE TABLE spanlog_errors;

INSERT INTO spanlog_errors
SELECT
    Fingerprint, Timestamp, LogId, AgentId, Level, TenantId, SessionId, TraceId,
    LogAttributes['spanlog.trace_id.form'] AS TraceIdForm, toDateTime(otel_logs.IngestedAt) AS IngestedAt
FROM otel_logs
WHERE Fingerprint != 0
SETTINGS insert_deduplicate = 0, async_insert = 0, max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS spanlog_errors_mv TO spanlog_errors AS
SELECT
    Fingerprint, Timestamp, LogId, AgentId, Level, TenantId, SessionId, TraceId,
    LogAttributes['spanlog.trace_id.form'] AS TraceIdForm, toDateTime(otel_logs.IngestedAt) AS IngestedAt
FROM otel_logs
WHERE Fingerprint != 0;
