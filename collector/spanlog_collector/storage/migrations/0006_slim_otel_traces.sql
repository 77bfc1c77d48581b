-- As 0005 does for log records: fewer bytes and less CPU for each span.
ALTER TABLE otel_traces
    MODIFY COLUMN ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    MODIFY COLUMN SpanAttributes Map(LowCardinality(String), String) CODEC(ZSTD(3));

ALTER TABLE otel_traces MODIFY SETTING min_bytes_for_wide_part = 67108864, merge_selector_base = 10;
