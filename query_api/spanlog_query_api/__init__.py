"""The query API: what spanlog knows, over HTTP. ``create_app`` makes the ASGI application."""

from spanlog_query_api.app import create_app
from spanlog_query_api.config import ApiConfig
from spanlog_query_api.ingest import Ingest, IngestUnavailableError
from spanlog_query_api.readiness import Readiness, ReadinessPart

__all__ = [
    "ApiConfig",
    "Ingest",
    "IngestUnavailableError",
    "Readiness",
    "ReadinessPart",
    "create_app",
]
