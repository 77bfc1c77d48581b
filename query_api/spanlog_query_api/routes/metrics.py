"""For Prometheus."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.services import ServicesOfApp

router = APIRouter(tags=["operation"])


@router.get(
    "/metrics",
    summary="Metrics in Prometheus' text form",
    response_class=PlainTextResponse,
    responses=problem_responses(401),
)
def get_metrics(services: ServicesOfApp) -> Response:
    """Requests and their time by route, method and status; the store's time by route and query; the stack's own."""
    return Response(generate_latest(services.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
