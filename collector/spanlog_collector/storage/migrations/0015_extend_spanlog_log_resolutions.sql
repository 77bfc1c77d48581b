-- Which group's record it was that somebody resolved, and of when: a group's resolved records are counted without
-- looking for them. Fingerprint 0: no error, or not known.
ALTER TABLE spanlog_log_resolutions
    ADD COLUMN IF NOT EXISTS Fingerprint UInt64 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS Timestamp DateTime64(9) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS AgentId LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS Level LowCardinality(String) CODEC(ZSTD(1));

-- What was resolved before is written once more, with it. The first row of a record says who did it, and all rows of
-- one record count as one, so that more rows change nothing.
INSERT INTO spanlog_log_resolutions (LogId, ResolvedBy, ResolvedAt, Fingerprint, Timestamp, AgentId, Level)
SELECT
    resolution.LogId, resolution.ResolvedBy, resolution.ResolvedAt,
    error.Fingerprint, error.Timestamp, error.AgentId, error.Level
FROM spanlog_errors AS error
INNER JOIN (SELECT LogId, ResolvedBy, ResolvedAt FROM spanlog_log_resolutions WHERE Fingerprint = 0) AS resolution
    ON error.LogId = resolution.LogId
SETTINGS async_insert = 0;
