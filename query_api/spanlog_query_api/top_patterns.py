"""The summary's top patterns: the one place where they come in."""

from spanlog_query_api.models.summary import TopPattern
from spanlog_query_api.queries import QueryRunner


def top_patterns(queries: QueryRunner, since: int, until: int, agent_id: str) -> list[TopPattern]:  # noqa: ARG001 - see below
    """Return the most frequent message patterns of the period [since, until), of one agent if ``agent_id`` is set.

    Nothing counts patterns by period yet, and reading every record for a summary would take its time with it. What
    does is to be asked here.
    """
    return []
