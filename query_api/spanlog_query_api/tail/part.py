"""Groups of listeners that the store is asked about in one question, and what of the last seconds has been seen so."""

from collections.abc import Sequence
from typing import Final

from spanlog_query_api.queries import Row
from spanlog_query_api.tail.events import Arrival
from spanlog_query_api.tail.group import Group

MAX_GROUPS: Final = 50
"""Which of them a record matches is told in the bits of one number of 64."""


class Part:
    """At most ``MAX_GROUPS`` groups.

    What has been seen is remembered for all of them together, not for each: every look sees the last seconds again, so
    most of what it sees is no news to any.
    """

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._seen: dict[str, int] = {}
        """By the record's id, when it came."""

    def arrive(self, asked: Sequence[Group], rows: Sequence[Row]) -> None:
        """Take what the store has of the last seconds for the groups ``asked``, and tell each what is new of it."""
        fresh = [(row["matches"], Arrival(row["ingested"], row["id"])) for row in rows if row["id"] not in self._seen]
        for number, group in enumerate(asked):
            group.news += [arrival for matches, arrival in fresh if matches >> number & 1]
        self._seen.update((arrival.id, arrival.ingested) for _, arrival in fresh)

    def has_seen(self, arrival: Arrival) -> bool:
        """Tell whether ``arrival`` was there at this look or an earlier one."""
        return arrival.id in self._seen

    def forget_before(self, ingested: int) -> None:
        """Forget what the next look will not see again."""
        self._seen = {record: came for record, came in self._seen.items() if came >= ingested}
