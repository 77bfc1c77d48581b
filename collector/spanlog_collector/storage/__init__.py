"""The store: connection, schema, migrations, loading. The only part of the collector that the query API may know."""

from spanlog_collector.storage.connection import QueryLimits, Store, open_store
from spanlog_collector.storage.dsn import StoreLocation, parse_dsn
from spanlog_collector.storage.exceptions import (
    InvalidDsnError,
    QueryTooLargeError,
    StoreBusyError,
    StoreError,
    StoreNewerError,
    StoreUnavailableError,
)
from spanlog_collector.storage.migrate import migrate
from spanlog_collector.storage.retention import DEFAULT_RETENTION_DAYS, MAX_RETENTION_DAYS, apply_retention

__all__ = [
    "DEFAULT_RETENTION_DAYS",
    "MAX_RETENTION_DAYS",
    "InvalidDsnError",
    "QueryLimits",
    "QueryTooLargeError",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreLocation",
    "StoreNewerError",
    "StoreUnavailableError",
    "apply_retention",
    "migrate",
    "open_store",
    "parse_dsn",
]
