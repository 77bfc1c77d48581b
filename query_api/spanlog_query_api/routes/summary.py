"""What broke, is it new, has it happened before, is it dealt with?"""

from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.models.summary import Summary
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.questions import SummaryQuestion
from spanlog_query_api.services import QueriesOfRoute
from spanlog_query_api.summaries import summarize

router = APIRouter(tags=["insight"])


@router.get("/logs/summary", summary="What happened", responses=problem_responses(400, 401, 422, 503))
def get_summary(queries: QueriesOfRoute, question: Annotated[SummaryQuestion, Query()]) -> Summary:
    """Counts by level and agent, and the errors of a period, grouped.

    The period is [since, until): by default the 24 hours up to now. A **group** is the records of level error or
    critical that share a fingerprint.

    * **new**: no record of the group lies in the period of equal length that ends where this one starts;
    * **recurring**: at least `recurring_min` of its records lie in the period;
    * **unresolved**: at least one of its records in the period has not been resolved.

    With `agent_id`, all of this is said of that agent's records alone. Lists are sorted by count, then by last record,
    and hold 100 groups at most; the totals count all.
    """
    return summarize(queries, question)
