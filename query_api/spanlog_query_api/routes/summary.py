"""What broke, is it new, has it happened before, is it dealt with?"""

from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.models.summary import Summary
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.questions import SummaryQuestion
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp
from spanlog_query_api.summaries import summarize

router = APIRouter(tags=["insight"])


@router.get("/logs/summary", summary="What happened", responses=problem_responses(400, 401, 422, 503))
def get_summary(
    queries: QueriesOfRoute, services: ServicesOfApp, question: Annotated[SummaryQuestion, Query()]
) -> Summary:
    """Counts by level and agent, and the errors of a period, grouped.

    The period is [since, until): by default the 24 hours up to now, exact to the nanosecond. A **group** is the records
    of level error or critical that share a fingerprint, or one of several that were merged. **The period before** is
    the period of equal length that ends where this one starts.

    * **new**: no record of the group lies in the period before;
    * **recurring**: at least `recurring_min` of its records lie in the period;
    * **unresolved**: at least one of its records in the period has not been resolved, alone or with its group;
    * **regressed**: the group was resolved, and a record in the period is later than that. What counts is the record's
      own time: one that is older than the resolution and comes late has not regressed;
    * **vanished**: it has records in the period before, and none in this one. Its figures are of the period before.

    Groups that are muted (`PATCH /errors/{fingerprint}`) are in none of the lists. With `agent_id`, all of this is said
    of that agent's records alone. Lists are sorted by count, then by last record, and hold 100 groups at most; the
    totals count all.
    """
    return summarize(queries, services.pattern_memory, question)
