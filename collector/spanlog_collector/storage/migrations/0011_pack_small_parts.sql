-- A part of less than 64 MiB is one file on the disk, as all its columns already are: an insert makes, syncs and later
-- removes one file for each part instead of 13 to 20, which were a fifth of its CPU. Texts without the stream of their
-- lengths, which is a column more for each and 2 bytes a record.
ALTER TABLE otel_logs MODIFY SETTING
    min_bytes_for_full_part_storage = 67108864, string_serialization_version = 'single_stream';

ALTER TABLE otel_traces MODIFY SETTING
    min_bytes_for_full_part_storage = 67108864, string_serialization_version = 'single_stream';

ALTER TABLE otel_traces_trace_id_ts MODIFY SETTING min_bytes_for_full_part_storage = 67108864;
