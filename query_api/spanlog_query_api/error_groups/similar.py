"""Groups that look like one: grouped for some of the same parts, such as the exception's type and a frame."""

from spanlog_query_api.error_groups.figures import GroupPeriod, read_figures
from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.error_groups.groups import figures_to_items
from spanlog_query_api.error_groups.lifecycle import read_states, read_totals
from spanlog_query_api.error_groups.states import members_of, state_of
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.errors import SimilarGroup
from spanlog_query_api.queries import QueryRunner

_SPARE = 50
"""Several fingerprints may be of one group; so many more are asked for than groups are wanted."""


def find_similar(queries: QueryRunner, fingerprint: int, limit: int) -> list[SimilarGroup]:
    """Return the groups most like the one of ``fingerprint``, the most similar first; figures are of all time.

    Raises:
        NotFoundError: there never was such a record.
    """
    states = read_states(queries)
    group = state_of(states, fingerprint).group
    members = members_of(states, group)
    if not read_totals(queries, members):
        raise NotFoundError(f"there is no error group {format_fingerprint(fingerprint)}")
    parts = {part for row in queries.run("error_texts", {"fingerprints": members}) for part in row["parts"]}
    if not parts:
        return []
    rows = queries.run("similar_errors", {"parts": sorted(parts), "fingerprints": members, "limit": limit + _SPARE})
    similarity: dict[int, float] = {}
    for row in rows:
        similarity.setdefault(state_of(states, row["fingerprint"]).group, row["similarity"])
    wanted = list(similarity)[:limit]
    figures = {each.fingerprint: each for each in read_figures(queries, GroupPeriod.whole(), states=states)}
    found = [figures[each] for each in wanted if each in figures and figures[each].now.records]
    items = figures_to_items(queries, ((each, "now") for each in found))
    return [
        SimilarGroup(**dict(items[each.fingerprint]), similarity=round(similarity[each.fingerprint], 3))
        for each in found
    ]
