-- Reads every column of a journal segment and stores nothing: does the engine understand it?
-- Filled in by loading.py, as the inserts are.
SELECT count() FROM {source} WHERE NOT ignore(*) SETTINGS {settings}
