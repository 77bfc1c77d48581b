-- Shapes of messages: what differs between two records of one shape is words that hold a digit (numbers, ids, hex,
-- UUIDs with their dashes) and what stands behind the first 500 bytes. A shape is finer than a pattern: patterns are
-- made of shapes when they are asked for. Rows stored before keep the hash they have; their shapes end up in the same
-- patterns.
ALTER TABLE otel_logs MODIFY COLUMN PatternHash UInt64 DEFAULT cityHash64(
    replaceRegexpAll(substring(Body, 1, 500), '[A-Za-z]*[0-9][0-9A-Za-z-]*', '*')
) CODEC(ZSTD(1));
