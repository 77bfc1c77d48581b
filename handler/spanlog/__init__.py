"""spanlog: existing loggers in, answers out. This is the part that applications install.

``logging.getLogger().addHandler(spanlog.SpanlogHandler(agent_id="crypto"))``  is all it takes
``spanlog.configure(agent_id="crypto")``                                       that, and tracing
``with spanlog.operation("fetch prices"):``                                    work with ids and a duration
"""

from spanlog._install import configure
from spanlog._operation import Operation, operation
from spanlog._stats import HandlerStats
from spanlog._version import __version__
from spanlog.config import HandlerConfig, HandlerOptions
from spanlog.exceptions import ConfigurationError, SpanlogError
from spanlog.handler import SpanlogHandler

__all__ = [
    "ConfigurationError",
    "HandlerConfig",
    "HandlerOptions",
    "HandlerStats",
    "Operation",
    "SpanlogError",
    "SpanlogHandler",
    "__version__",
    "configure",
    "operation",
]
