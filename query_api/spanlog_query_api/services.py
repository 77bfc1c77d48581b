"""What the routes of one application share, and how a route gets at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from spanlog_collector.storage import Store
from spanlog_keys import Access, Gate
from spanlog_query_api.config import ApiConfig
from spanlog_query_api.error_groups.lifecycle import Lifecycle
from spanlog_query_api.ingest import Ingest
from spanlog_query_api.known_searches import KnownSearches
from spanlog_query_api.metrics import Metrics, route_template
from spanlog_query_api.patterns.memory import PatternMemory
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.readiness import ReadinessPart
from spanlog_query_api.remembered import Remembered
from spanlog_query_api.resolutions import Resolver
from spanlog_query_api.security import access_of
from spanlog_query_api.tail.readers import TailReaders


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that one application was made of."""

    config: ApiConfig
    store: Store
    ingest: Ingest
    metrics: Metrics
    readiness: Sequence[ReadinessPart]
    resolver: Resolver
    pattern_memory: PatternMemory
    lifecycle: Lifecycle
    tail: TailReaders
    gate: Gate
    remembered: Remembered
    searches: KnownSearches


async def services_of(request: Request) -> Services:
    """Return the parts of the application that ``request`` came to."""
    services: Services = request.app.state.services
    return services


async def queries_of(request: Request) -> QueryRunner:
    """Return the queries, measured under the route that ``request`` took; they see what its caller may see."""
    services = await services_of(request)
    return QueryRunner(
        services.store, services.metrics, route_template(request.scope), access_of(request), services.remembered
    )


async def _access_of(request: Request) -> Access:
    return access_of(request)


ServicesOfApp = Annotated[Services, Depends(services_of)]
AccessOfCaller = Annotated[Access, Depends(_access_of)]
QueriesOfRoute = Annotated[QueryRunner, Depends(queries_of)]
