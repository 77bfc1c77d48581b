"""Groups that look like one: grouped for some of the same parts, such as a frame, or for much the same message."""

from typing import Final

from spanlog_query_api.error_groups.figures import GroupPeriod, read_figures
from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.error_groups.groups import figures_to_items
from spanlog_query_api.error_groups.lifecycle import known_states, read_totals
from spanlog_query_api.error_groups.states import members_of, state_of
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.errors import SimilarGroup
from spanlog_query_api.queries import QueryRunner

_OF_MESSAGES: Final = frozenset({"message", "template"})
_SPARE: Final = 50
"""Several fingerprints may be of one group; so many more are asked for than groups are wanted."""


def find_similar(queries: QueryRunner, fingerprint: int, limit: int) -> list[SimilarGroup]:
    """Return the groups most like the one of ``fingerprint``, the most similar first; figures are of all time.

    Raises:
        NotFoundError: there never was such a record.
    """
    states = known_states(queries)
    group = state_of(states, fingerprint).group
    members = members_of(states, group)
    if not read_totals(queries, members):
        raise NotFoundError(f"there is no error group {format_fingerprint(fingerprint)}")
    texts = queries.run("error_texts", {"fingerprints": members})
    is_message = any(row["rule"] in _OF_MESSAGES for row in texts)
    parts = {part for row in texts for part in row["parts"] if (row["rule"] in _OF_MESSAGES) == is_message}
    if not parts:
        return []
    asked = {"parts": sorted(parts), "is_message": int(is_message), "fingerprints": members, "limit": limit + _SPARE}
    rows = queries.run("similar_errors", asked)
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
