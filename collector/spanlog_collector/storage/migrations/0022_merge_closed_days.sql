-- A day that nothing was written to for an hour becomes one part: its counts were spread over several, each with most of the
-- day's shapes, agents and groups, and a question about 30 days reads every part. These tables are small; the records
-- themselves stay as they are.
ALTER TABLE spanlog_counts MODIFY SETTING
    min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1;

ALTER TABLE spanlog_errors MODIFY SETTING
    min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1;
