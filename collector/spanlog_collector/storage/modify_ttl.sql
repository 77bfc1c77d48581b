-- Filled in by retention.py. Whole parts go, which are days or parts of days; the parts that are there already learn of
-- it without being written anew.
ALTER TABLE {table} MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE {table} MODIFY TTL {expiry};
