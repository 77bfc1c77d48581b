-- How many resolutions of single records are stored.
SELECT count() AS count
FROM spanlog_log_resolutions
