-- The store's own clock, by which records get their IngestedAt, in milliseconds since 1970.
SELECT toUnixTimestamp64Milli(now64(3)) AS now
