"""Every table and column that Python names. SQL files name their own; a test holds both against the schema."""

from typing import Final

DATABASE: Final = "otel"

LOGS: Final = "otel_logs"
TRACES: Final = "otel_traces"
TRACE_TIMES: Final = "otel_traces_trace_id_ts"
LOG_RESOLUTIONS: Final = "spanlog_log_resolutions"
ERROR_HASHES: Final = "spanlog_error_hashes"
PATTERN_COUNTS: Final = "spanlog_pattern_counts"
PATTERN_SHAPES: Final = "spanlog_pattern_shapes"
MIGRATIONS: Final = "spanlog_migrations"

TABLES: Final = (
    LOGS,
    TRACES,
    TRACE_TIMES,
    LOG_RESOLUTIONS,
    ERROR_HASHES,
    PATTERN_COUNTS,
    PATTERN_SHAPES,
    MIGRATIONS,
)

LOG_RESOLUTION_COLUMNS: Final = ("LogId", "ResolvedBy", "ResolvedAt")
MIGRATION_COLUMNS: Final = ("Version", "Name", "Checksum")
