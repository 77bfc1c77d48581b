-- The table that lies in a folder of the embedded store.
SELECT name FROM system.tables WHERE database = currentDatabase() AND uuid = {uuid:UUID}
