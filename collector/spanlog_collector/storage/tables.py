"""Every table and column that Python names. SQL files name their own; a test holds both against the schema."""

from typing import Final

DATABASE: Final = "otel"

LOGS: Final = "otel_logs"
TRACES: Final = "otel_traces"
TRACE_TIMES: Final = "otel_traces_trace_id_ts"
LOG_RESOLUTIONS: Final = "spanlog_log_resolutions"
ERROR_HASHES: Final = "spanlog_error_hashes"
COUNTS: Final = "spanlog_counts"
ERRORS: Final = "spanlog_errors"
ERROR_GROUPS: Final = "spanlog_error_groups"
ERROR_CHANGES: Final = "spanlog_error_changes"
ERROR_STATES: Final = "spanlog_error_states"
MIGRATIONS: Final = "spanlog_migrations"

TABLES: Final = (
    LOGS,
    TRACES,
    TRACE_TIMES,
    LOG_RESOLUTIONS,
    ERROR_HASHES,
    COUNTS,
    ERRORS,
    ERROR_GROUPS,
    ERROR_CHANGES,
    ERROR_STATES,
    MIGRATIONS,
)

LOG_RESOLUTION_COLUMNS: Final = (
    "LogId",
    "ResolvedBy",
    "ResolvedAt",
    "Fingerprint",
    "Timestamp",
    "AgentId",
    "Level",
    "ResolvedWithKey",
)
ERROR_CHANGE_COLUMNS: Final = (
    "Fingerprint",
    "ChangedAt",
    "Action",
    "ChangedBy",
    "Text",
    "OtherFingerprint",
    "MutedUntil",
    "MutedRecords",
    "ChangedWithKey",
)
ERROR_STATE_COLUMNS: Final = (
    "Fingerprint",
    "ParentFingerprint",
    "GroupFingerprint",
    "GroupResolvedThrough",
    "ResolvedThrough",
    "ResolvedAt",
    "ResolvedBy",
    "MutedAt",
    "MutedUntil",
    "MutedRecords",
    "RecordsWhenMuted",
    "AssignedTo",
    "ChangedAt",
)
MIGRATION_COLUMNS: Final = ("Version", "Name", "Checksum")
