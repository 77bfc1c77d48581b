-- From 24 MiB, before compression, a merge makes a part with a file for each column, and goes column by column, which
-- costs half of row by row or less (ADR 0008). The engine does that only where the new part is such a part. What an
-- insert makes is smaller, but for a whole segment of very short records, and stays one file (0011).
ALTER TABLE otel_logs MODIFY SETTING
    min_bytes_for_wide_part = 25165824, min_bytes_for_full_part_storage = 25165824,
    vertical_merge_algorithm_min_rows_to_activate = 1;

ALTER TABLE otel_traces MODIFY SETTING
    min_bytes_for_wide_part = 25165824, min_bytes_for_full_part_storage = 25165824,
    vertical_merge_algorithm_min_rows_to_activate = 1;
