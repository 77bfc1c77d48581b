"""Is it alive, is it ready?"""

from fastapi import APIRouter, Response

from spanlog_query_api.models.health import Health, ReadinessReport
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.readiness import check_parts, store_readiness
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp

router = APIRouter(tags=["operation"])


@router.get("/health", summary="Is it alive?")
def get_health(services: ServicesOfApp, queries: QueriesOfRoute) -> Health:
    """Answers 200 as long as the API runs, with or without its store. Needs no key."""
    is_connected = store_readiness(queries).ready
    return Health(status="ok", db="connected" if is_connected else "disconnected", version=services.config.version)


@router.get(
    "/ready",
    summary="Can it do its job?",
    responses={**problem_responses(401), 503: {"model": ReadinessReport, "description": "A part is not ready."}},
)
def get_ready(response: Response, services: ServicesOfApp, queries: QueriesOfRoute) -> ReadinessReport:
    """Says of each part whether it works, and why not."""
    parts = check_parts(queries, services.readiness)
    is_ready = all(part.ready for part in parts.values())
    if not is_ready:
        response.status_code = 503
    return ReadinessReport(ready=is_ready, parts=parts)
