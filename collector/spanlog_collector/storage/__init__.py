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

__all__ = [
    "InvalidDsnError",
    "QueryLimits",
    "QueryTooLargeError",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreLocation",
    "StoreNewerError",
    "StoreUnavailableError",
    "migrate",
    "open_store",
    "parse_dsn",
]
