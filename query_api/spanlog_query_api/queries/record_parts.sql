-- The parts that the log records are stored in: a day's numbers of first and last insert in it, rows, and the second of
-- its earliest record.
SELECT
    partition_id AS day,
    min_block_number AS first_block,
    max_block_number AS last_block,
    rows,
    toUnixTimestamp(min_time) AS earliest
FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'otel_logs'
