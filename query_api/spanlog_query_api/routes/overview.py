"""A search seen from above: over time, and by the values of its fields."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from spanlog_query_api.histograms import histogram
from spanlog_query_api.models.search import Facet, Facets, FacetValue, LogHistogram
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.parameters import period
from spanlog_query_api.search.conditions import Expression, all_of
from spanlog_query_api.search.filters import ATTRIBUTE_PREFIX, LogConditionOfRequest, LogFilter
from spanlog_query_api.services import QueriesOfRoute
from spanlog_query_api.text import RequiredName

router = APIRouter(tags=["logs"])

_MAX_FIELDS: Final = 20


@router.get("/logs/histogram", summary="Records over time", responses=problem_responses(400, 401, 404, 422, 503))
def get_histogram(
    queries: QueriesOfRoute,
    condition: LogConditionOfRequest,
    filters: Annotated[LogFilter, Query()],
    bars: Annotated[int, Query(ge=1, le=1000, description="Intervals at most.")] = 60,
) -> LogHistogram:
    """How many records match in each interval of the period [since, until), by level.

    The period is by default the 24 hours up to now. Takes the filters of `GET /logs`; the length of an interval is the
    shortest of 1, 2, 5 … milliseconds, seconds, minutes, hours, days of which `bars` are enough.
    """
    since, until = period(filters.since, filters.until)
    return histogram(queries, condition, since, until, bars)


@router.get("/logs/facets", summary="Values of fields", responses=problem_responses(400, 401, 404, 422, 503))
def get_facets(
    queries: QueriesOfRoute,
    condition: LogConditionOfRequest,
    filters: Annotated[LogFilter, Query()],
    field: Annotated[
        list[RequiredName],
        Query(
            max_length=_MAX_FIELDS,
            description="A field of the query language, or an attribute's name (`attr.level` for an attribute named "
            "like a field). Several: give it several times.",
        ),
    ] = ["agent_id", "level", "category", "source"],  # noqa: B006 - FastAPI copies it
    limit: Annotated[int, Query(ge=1, le=1000, description="Values of each field at most.")] = 10,
) -> Facets:
    """The values that fields have in the records that match, with counts, most frequent first.

    Takes the filters of `GET /logs`; the period is by default the 24 hours up to now.
    """
    since, until = period(filters.since, filters.until)
    within = all_of(Expression("since", {"time": since}), Expression("until", {"time": until}), condition)
    found = []
    for name in dict.fromkeys(field):
        # Under its prefix a name is no field's.
        asked = {"field": name, "attribute": name.removeprefix(ATTRIBUTE_PREFIX), "limit": limit + 1}
        rows = queries.run("facet", asked, condition=within)
        values = [FacetValue(value=row["value"], count=row["total"]) for row in rows[:limit]]
        found.append(Facet(field=name, values=values, is_complete=len(rows) <= limit))
    return Facets(facets=found)
