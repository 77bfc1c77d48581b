"""Who logs."""

from fastapi import APIRouter

from spanlog_query_api.agents import list_agents
from spanlog_query_api.models.agents import Agent
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.services import QueriesOfRoute

router = APIRouter(tags=["insight"])


@router.get("/logs/agents", summary="Who logs", responses=problem_responses(400, 401, 503))
def get_agents(queries: QueriesOfRoute) -> list[Agent]:
    """Every agent that ever logged (at most 10,000), the one that logged last first.

    How much it logs, how much of that is errors, in how many runs, and whether it is silent for longer than usual.
    """
    return list_agents(queries)
