"""``spanlog send``: existing log files and standard input as OTLP records."""
