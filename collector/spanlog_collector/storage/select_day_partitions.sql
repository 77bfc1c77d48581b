-- Whole days before {before}, of every table that is kept by day, and what they take on the disk.
SELECT parts.table AS Table, parts.partition AS Day, sum(parts.rows) AS Rows, sum(parts.bytes_on_disk) AS Bytes
FROM system.parts AS parts
INNER JOIN system.tables AS tables ON tables.database = parts.database AND tables.name = parts.table
WHERE parts.active
    AND parts.database = currentDatabase()
    AND startsWith(tables.partition_key, 'toDate(')
    AND toDateOrNull(parts.partition) < {before:Date}
GROUP BY Table, Day
ORDER BY Day, Table
