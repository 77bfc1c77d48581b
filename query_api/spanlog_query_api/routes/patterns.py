"""What kinds of messages there are?"""

from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.models.patterns import PatternPage
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.patterns.counts import find_patterns
from spanlog_query_api.questions import PatternQuestion
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp

router = APIRouter(tags=["insight"])


@router.get("/patterns", summary="What kinds of messages", responses=problem_responses(400, 401, 422, 503))
def get_patterns(
    queries: QueriesOfRoute, services: ServicesOfApp, question: Annotated[PatternQuestion, Query()]
) -> PatternPage:
    """The patterns of the records of a period, the most frequent first, compared with the period before.

    The period is [since, until): by default the 24 hours up to now. The **period before** is of equal length and ends
    where this one starts. A **pattern** is messages that differ only in what varies, such as numbers, ids and names; it
    is made of **shapes**, which the store counts exactly.

    * **new**: records in the period, none in the period before;
    * **vanished**: records in the period before, none in the period; those are in a list of their own;
    * **change**: the rate in the period divided by the rate in the period before.

    With `agent_id` or `level`, all of this is said of those records alone. What is one pattern is decided by the shapes
    of both periods: with more evidence, patterns that were told apart may become one. The 5,000 most frequent shapes
    are looked at; `other` says what the rest amounts to. `GET /logs?pattern=…` has a pattern's records. Pages by
    `cursor` are of one period.
    """
    return find_patterns(queries, services.pattern_memory, question)
