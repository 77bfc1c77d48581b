"""Error groups: what they are, and what people do with them."""

import time
from typing import Annotated

from fastapi import APIRouter, Path, Query

from spanlog_query_api.error_groups.details import known_fingerprint, read_group
from spanlog_query_api.error_groups.pages import list_errors
from spanlog_query_api.error_groups.similar import find_similar
from spanlog_query_api.errors import InvalidParameterError, RestrictedKeyError
from spanlog_query_api.models.changing import NOBODY, GroupChange, Merge, Split
from spanlog_query_api.models.errors import ErrorGroupDetail, ErrorGroupPage, SimilarGroup
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.questions import ErrorDetailQuestion, ErrorQuestion
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp
from spanlog_query_api.strict_json import StrictJsonRoute
from spanlog_query_api.text import RecordId

router = APIRouter(tags=["insight"], route_class=StrictJsonRoute)

FingerprintPath = Annotated[
    RecordId, Path(description="16 hex digits: the group's fingerprint, or one that was merged into it.")
]


@router.get("/errors", summary="List error groups", responses=problem_responses(400, 401, 422, 503))
def get_errors(queries: QueriesOfRoute, question: Annotated[ErrorQuestion, Query()]) -> ErrorGroupPage:
    """Error groups for which all of the conditions hold.

    A **group** is the records of level error or critical that share a fingerprint, or one of several that were merged.
    Its figures are of the period [since, until); without either, of all time, groups included whose records are not
    kept any more. With `agent_id` or `level`, all of this is said of those records alone.

    * **resolved**: every record in the period is, one by one or with its group;
    * **regressed**: the group was resolved, and a record in the period is later than that. What counts is the record's
      own time: one that is older than the resolution and comes late is resolved with the others;
    * **muted**: until a time, or until so many more records have come. Muted groups are in none of the summary's lists;
    * **open**: neither resolved nor muted. Asking for `open` gives regressed groups too;
    * **new**: no record lies in the period of equal length before; without a period: first seen in the last 24 hours;
    * **recurring**: at least `recurring_min` records lie in the period.

    Pages stay of one moment: `next_cursor` remembers it.
    """
    return list_errors(queries, question)


@router.get(
    "/errors/{fingerprint}", summary="Read one error group", responses=problem_responses(400, 401, 404, 422, 503)
)
def get_error(
    fingerprint: FingerprintPath, queries: QueriesOfRoute, question: Annotated[ErrorDetailQuestion, Query()]
) -> ErrorGroupDetail:
    """The group that this fingerprint belongs to: counts over time, agents, sessions, records, traces, changes.

    Figures are of the period [since, until); without either, of all time.
    """
    return read_group(queries, known_fingerprint(fingerprint), question.since, question.until)


@router.get(
    "/errors/{fingerprint}/similar",
    summary="Error groups like this one",
    responses=problem_responses(400, 401, 404, 422, 503),
)
def get_similar(
    fingerprint: FingerprintPath,
    queries: QueriesOfRoute,
    limit: Annotated[int, Query(ge=1, le=50, description="Groups at most.")] = 5,
) -> list[SimilarGroup]:
    """Other groups that were grouped for some of the same parts, the most similar first: candidates for a merge.

    Figures are of all time.
    """
    return find_similar(queries, known_fingerprint(fingerprint), limit)


@router.patch(
    "/errors/{fingerprint}",
    summary="Resolve, mute, assign, comment",
    responses=problem_responses(400, 401, 404, 413, 422, 503),
)
def change_error(
    fingerprint: FingerprintPath, change: GroupChange, services: ServicesOfApp, queries: QueriesOfRoute
) -> ErrorGroupDetail:
    """The group, changed. Who did it and when is kept.

    Resolving takes in every record up to now. Resolving twice is no mistake: the first who did it stays, until the
    group is seen again. Whoever opens a group also ends its muting; records that were resolved one by one stay so.
    """
    if change.status is None and change.assigned_to is None and change.comment is None:
        raise InvalidParameterError("status", "or assigned_to or comment must be given: there is nothing to change")
    for name, value in (("until", change.until), ("count", change.count)):
        if value is not None and change.status != "muted":
            raise InvalidParameterError(name, "only goes with the status muted")
    if change.until is not None and change.until <= time.time_ns():
        raise InvalidParameterError("until", "has passed")
    _check_sees_all(queries)
    known = known_fingerprint(fingerprint)
    services.lifecycle.change(queries, known, change)
    return read_group(queries, known)


@router.post(
    "/errors/merge", summary="Make several groups one", responses=problem_responses(400, 401, 404, 409, 413, 422, 503)
)
def merge_errors(merge: Merge, services: ServicesOfApp, queries: QueriesOfRoute) -> ErrorGroupDetail:
    """The group that they are now. All or none of them are merged; records to come count to it too.

    Whether it is resolved, muted or assigned is what the group is that stays.
    """
    _check_sees_all(queries)
    into = known_fingerprint(merge.into)
    fingerprints = [known_fingerprint(text) for text in merge.fingerprints]
    group = services.lifecycle.merge(queries, into, fingerprints, merge.by or NOBODY)
    return read_group(queries, group)


@router.post("/errors/split", summary="Undo a merge", responses=problem_responses(400, 401, 404, 409, 413, 422, 503))
def split_errors(split: Split, services: ServicesOfApp, queries: QueriesOfRoute) -> ErrorGroupDetail:
    """The group of this fingerprint, as it is now. What had been merged into it before goes along with it."""
    _check_sees_all(queries)
    fingerprint = known_fingerprint(split.fingerprint)
    services.lifecycle.split(queries, fingerprint, split.by or NOBODY)
    return read_group(queries, fingerprint)


def _check_sees_all(queries: QueryRunner) -> None:
    if queries.is_restricted:
        raise RestrictedKeyError(
            f"the key {queries.access.name} is for certain agents, and an error group may hold others' records; "
            "resolve your agents' records instead: PATCH /logs/{id}/resolve"
        )
