"""Who logs."""

import time

from fastapi import APIRouter

from spanlog_query_api.models.agents import Agent
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.services import QueriesOfRoute
from spanlog_query_api.times import DAY_NANOSECONDS, format_time

router = APIRouter(tags=["insight"])


@router.get("/logs/agents", summary="Who logs", responses=problem_responses(400, 401, 503))
def get_agents(queries: QueriesOfRoute) -> list[Agent]:
    """Every agent that ever logged (at most 10,000), the one that logged last first."""
    now = time.time_ns()
    rows = queries.run("list_agents", {"errors_since": now - DAY_NANOSECONDS, "errors_until": now})
    return [
        Agent(
            agent_id=row["agent_id"],
            last_activity=format_time(row["last_unix_nano"]),
            total=row["total"],
            errors_24h=row["errors_24h"],
        )
        for row in rows
    ]
