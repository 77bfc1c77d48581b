-- The live tail asks for what came in the last seconds; without this it would read the whole column.
ALTER TABLE otel_logs ADD INDEX IF NOT EXISTS idx_ingested_at IngestedAt TYPE minmax GRANULARITY 1;

ALTER TABLE otel_logs MATERIALIZE INDEX idx_ingested_at;
