"""Where a store is: ``chdb:///path`` or ``clickhouse://user:password@host:port/database``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from spanlog_collector.storage.exceptions import InvalidDsnError
from spanlog_collector.storage.tables import DATABASE

_EXAMPLES: Final = (
    "use chdb:///absolute/path for the embedded engine or clickhouse://user:password@host:8123/otel for a server"
)


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """One store.

    ``chdb:///var/lib/spanlog/store``           the embedded engine in that folder
    ``clickhouse://default:@db.local:8123/otel``  a server's HTTP port; ``?secure=true`` for HTTPS
    """

    dsn: str
    kind: Literal["chdb", "clickhouse"]
    path: Path | None
    database: str
    display: str
    """The DSN without its password: what may be printed."""


def parse_dsn(dsn: str) -> StoreLocation:
    """Return the location that ``dsn`` names.

    Raises:
        InvalidDsnError: another scheme, a relative path, no host, a port that is none.
    """
    try:
        parts = urlsplit(dsn)
        port = parts.port
    except ValueError as error:
        raise InvalidDsnError(f"the DSN cannot be read ({error}); {_EXAMPLES}") from error
    if parts.scheme == "chdb":
        path = unquote(parts.path)
        if parts.netloc or not path.startswith("/") or path == "/":
            raise InvalidDsnError(f"the DSN {dsn!r} names no absolute folder; {_EXAMPLES}")
        return StoreLocation(dsn, "chdb", Path(path), DATABASE, dsn)
    if parts.scheme == "clickhouse":
        if not parts.hostname:
            raise InvalidDsnError(f"the DSN names no host; {_EXAMPLES}")
        database = unquote(parts.path.strip("/")) or DATABASE
        user = f"{parts.username}@" if parts.username else ""
        display = f"clickhouse://{user}{parts.hostname}{f':{port}' if port else ''}/{database}"
        return StoreLocation(dsn, "clickhouse", None, database, display)
    raise InvalidDsnError(f"the DSN has the unknown scheme {parts.scheme!r}; {_EXAMPLES}")
