-- Which group a fingerprint belongs to, where that is not the group of its own: Hash is what the rules of today give,
-- Fingerprint what the group was stored under before. So a better rule does not split a group (ADR 0005).
CREATE TABLE IF NOT EXISTS spanlog_error_hashes
(
    Hash UInt64,
    Fingerprint UInt64 CODEC(ZSTD(1)),
    AddedAt DateTime64(3) DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(AddedAt)
ORDER BY Hash
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;

-- Stored errors are fingerprinted once more, by a table that has the columns of otel_logs with their defaults: up to
-- a hundred records of each group.
DROP TABLE IF EXISTS spanlog_errors_again;

CREATE TABLE spanlog_errors_again AS otel_logs ENGINE = MergeTree ORDER BY tuple();

ALTER TABLE spanlog_errors_again ADD COLUMN StoredFingerprint UInt64;

INSERT INTO spanlog_errors_again (SeverityText, SeverityNumber, Body, LogAttributes, StoredFingerprint)
SELECT SeverityText, SeverityNumber, Body, LogAttributes, Fingerprint
FROM otel_logs
WHERE Fingerprint != 0
LIMIT 100 BY Fingerprint;

-- What the new rules take together goes to the group that holds most of it.
INSERT INTO spanlog_error_hashes (Hash, Fingerprint)
SELECT Hash, argMax(StoredFingerprint, (records, StoredFingerprint)) AS Group
FROM
(
    SELECT Fingerprint AS Hash, StoredFingerprint, count() AS records
    FROM spanlog_errors_again
    WHERE Fingerprint NOT IN (SELECT Hash FROM spanlog_error_hashes)
    GROUP BY Hash, StoredFingerprint
)
GROUP BY Hash
HAVING Group != Hash;

DROP TABLE IF EXISTS spanlog_errors_again;
