"""What the API tells Prometheus about itself.

Routes are named by their template (``/logs/{log_id}``), never by their path: a path is the sender's to choose, and
each new label value is a new time series.
"""

import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NO_ROUTE: Final = "none"
_METHODS: Final = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
_BUCKETS_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The API's own series, in ``registry``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        labels = ("route", "method", "status")
        self.requests = Counter("spanlog_api_requests", "Requests answered.", labels, registry=registry)
        self.request_seconds = Histogram(
            "spanlog_api_request_seconds",
            "From the request's first byte to the answer's last.",
            labels,
            registry=registry,
            buckets=_BUCKETS_SECONDS,
        )
        self.query_seconds = Histogram(
            "spanlog_api_query_seconds",
            "Time the store took for one query.",
            ("route", "query"),
            registry=registry,
            buckets=_BUCKETS_SECONDS,
        )


def route_template(scope: Scope) -> str:
    """Return the template of the route that was chosen, or ``none``."""
    # Without what a route says of the form of its parameters.
    path = getattr(scope.get("route"), "path_format", None)
    return path if isinstance(path, str) and path else _NO_ROUTE


class MetricsMiddleware:
    """Counts and times every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = time.perf_counter()
        try:
            await self._app(scope, receive, noting_status)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            labels = (route_template(scope), method, str(status))
            self._metrics.requests.labels(*labels).inc()
            self._metrics.request_seconds.labels(*labels).observe(time.perf_counter() - start)
