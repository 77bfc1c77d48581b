"""Which records: the filters of the log routes and the query language, as conditions that the engine checks."""
