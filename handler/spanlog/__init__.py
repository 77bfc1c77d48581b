"""spanlog: existing loggers in, answers out. This is the part that applications install.

``logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id="crypto"))``  is all it takes
``spanlog.configure(agent_id="crypto")``                                       that, and tracing
``with spanlog.operation("fetch prices"):``                                    work with ids and a duration
``with spanlog.session("run-42", agent_id="planner"):``                         whose work it is, and of which run
``spanlog.redact("password=…")``                                                a text as spanlog would send it
``spanlog.Client("http://127.0.0.1:8421", key, "planner")``                     the log API, where an answer is wanted
``spanlog.QueryClient().search("level:error agent_id:crypto")``                 what is stored, asked from Python
"""

from typing import TYPE_CHECKING, Any

from spanlog._install import configure
from spanlog._operation import Operation, operation
from spanlog._redact import redact
from spanlog._session import Session, session
from spanlog._stats import HandlerStats
from spanlog._version import __version__
from spanlog.client import Client
from spanlog.config import HandlerConfig, HandlerOptions
from spanlog.exceptions import ApiError, ApiUnavailableError, ConfigurationError, SpanlogError
from spanlog.handler import SpanlogHandler

if TYPE_CHECKING:
    from spanlog.exporter import SpanlogLogRecordExporter
    from spanlog.query.async_client import AsyncQueryClient
    from spanlog.query.client import QueryClient

__all__ = [
    "ApiError",
    "ApiUnavailableError",
    "AsyncQueryClient",
    "Client",
    "ConfigurationError",
    "HandlerConfig",
    "HandlerOptions",
    "HandlerStats",
    "Operation",
    "QueryClient",
    "Session",
    "SpanlogError",
    "SpanlogHandler",
    "SpanlogLogRecordExporter",
    "__version__",
    "configure",
    "operation",
    "redact",
    "session",
]


_IMPORTED_WHEN_ASKED_FOR = {
    # Importing the exporter imports the OpenTelemetry SDK, which costs several times what spanlog does; the clients
    # bring an HTTP client. The one thing here that is not a plain import.
    "AsyncQueryClient": "spanlog.query.async_client",
    "QueryClient": "spanlog.query.client",
    "SpanlogLogRecordExporter": "spanlog.exporter",
}


def __getattr__(name: str) -> Any:
    if module := _IMPORTED_WHEN_ASKED_FOR.get(name):
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
