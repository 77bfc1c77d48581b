-- Reads every column of a journal segment and stores nothing: does the engine understand it?
-- Filled in by loading.py, as the inserts are. An insert, because it leaves no answer in the connection.
INSERT INTO FUNCTION null('read UInt64') SELECT count() FROM {source} WHERE NOT ignore(*) SETTINGS {settings}
