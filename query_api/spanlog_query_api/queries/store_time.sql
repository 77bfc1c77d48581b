-- The store's own clock, by which records get their IngestedAt when their insert begins, and when the oldest insert began
-- that is under way: none of its records is visible yet. In milliseconds since 1970.
SELECT
    toUnixTimestamp64Milli(now64(3)) AS now,
    now - toInt64(ceil(maxIf(elapsed, query_kind = 'Insert') * 1000)) AS unfinished_since
FROM system.processes
