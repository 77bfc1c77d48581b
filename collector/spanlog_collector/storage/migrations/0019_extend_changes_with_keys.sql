-- With which key people changed something: what they say of themselves (ChangedBy, ResolvedBy) anybody can say. Empty:
-- done before keys were recorded.
ALTER TABLE spanlog_error_changes
    ADD COLUMN IF NOT EXISTS ChangedWithKey LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE spanlog_log_resolutions
    ADD COLUMN IF NOT EXISTS ResolvedWithKey LowCardinality(String) CODEC(ZSTD(1));
