"""The application, put together."""

from collections.abc import Sequence

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from prometheus_client import CollectorRegistry

from spanlog_collector.storage import Store
from spanlog_keys import Gate, KeyRing
from spanlog_query_api.asked_together import AskedTogetherMiddleware
from spanlog_query_api.body_limit import BodyLimitMiddleware
from spanlog_query_api.config import ApiConfig
from spanlog_query_api.error_groups.lifecycle import Lifecycle
from spanlog_query_api.errors import UnexpectedErrorMiddleware, install_error_handlers
from spanlog_query_api.ingest import Ingest
from spanlog_query_api.known_searches import KnownSearches
from spanlog_query_api.metrics import Metrics, MetricsMiddleware
from spanlog_query_api.openapi import DESCRIPTION, TAGS, install_openapi, operation_id
from spanlog_query_api.patterns.memory import PatternMemory
from spanlog_query_api.readiness import ReadinessPart
from spanlog_query_api.remembered import Remembered
from spanlog_query_api.resolutions import Resolver
from spanlog_query_api.response_headers import ResponseHeadersMiddleware
from spanlog_query_api.routes import (
    agents,
    auditing,
    errors,
    exporting,
    health,
    jaeger_v1,
    jaeger_v3,
    metrics,
    overview,
    patterns,
    posting,
    reading,
    resolving,
    sessions,
    summary,
    tailing,
    traces,
)
from spanlog_query_api.security import BearerMiddleware
from spanlog_query_api.services import Services
from spanlog_query_api.tail.readers import TailReaders
from spanlog_query_api.ui import routes as page

DOCS_PATH = "/docs"


def create_app(  # noqa: PLR0913 - the parts an application is made of
    config: ApiConfig,
    store: Store,
    ingest: Ingest,
    *,
    registry: CollectorRegistry | None = None,
    readiness: Sequence[ReadinessPart] = (),
    gate: Gate | None = None,
) -> FastAPI:
    """Return the ASGI application.

    Args:
        config: Key, version, bounds.
        store: Open and migrated; the application does not close it.
        ingest: Where posted records go.
        registry: Where the API's metrics are put, and all that ``GET /metrics`` shows; by default one of its own.
        readiness: The parts, besides the store, that ``GET /ready`` asks.
        gate: Who may ask what, and how often; by default whoever has the configuration's key, without limit.
    """
    gate = gate or Gate(KeyRing(static_key=config.api_key))
    # FastAPI's own page loads its scripts from elsewhere; this one brings them along.
    app = FastAPIOffline(
        docs_url=DOCS_PATH,
        redoc_url=None,
        title="spanlog",
        version=config.version,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        # Swagger UI would send the document's address to a validator elsewhere.
        swagger_ui_parameters={"validatorUrl": None},
    )
    own_metrics = Metrics(registry if registry is not None else CollectorRegistry())
    app.state.services = Services(
        config,
        store,
        ingest,
        own_metrics,
        tuple(readiness),
        Resolver(store),
        PatternMemory(),
        Lifecycle(store),
        TailReaders(store, own_metrics, tailing.PATH),
        gate,
        Remembered(store),
        KnownSearches(),
    )
    # Fixed paths before those with an id in their place.
    for module in (
        health,
        metrics,
        summary,
        agents,
        auditing,
        errors,
        patterns,
        posting,
        overview,
        tailing,
        exporting,
        reading,
        resolving,
        traces,
        jaeger_v1,
        jaeger_v3,
        sessions,
        page,
    ):
        app.include_router(module.router)
    install_error_handlers(app)
    install_openapi(app)
    # The last one added is the first to see a request.
    app.add_middleware(AskedTogetherMiddleware)
    app.add_middleware(BodyLimitMiddleware, max_body_bytes=config.max_body_bytes)
    app.add_middleware(BearerMiddleware, gate=gate)
    app.add_middleware(UnexpectedErrorMiddleware)
    app.add_middleware(ResponseHeadersMiddleware, docs_path=DOCS_PATH)
    app.add_middleware(MetricsMiddleware, metrics=own_metrics)
    return app


def end_streams(app: FastAPI) -> None:
    """End the answers that have no end of their own, so that the server can stop."""
    app.state.services.tail.close()
