-- Filled in by retention.py.
ALTER TABLE {table} REMOVE TTL;
