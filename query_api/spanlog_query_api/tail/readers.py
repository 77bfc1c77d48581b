"""A reader for those who see everything, and one for each set of agents that a key may be bound to."""

from collections.abc import AsyncIterator

from spanlog_collector.storage import Store
from spanlog_keys import Access
from spanlog_query_api.errors import TooManyListenersError
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.search.conditions import Condition
from spanlog_query_api.tail.events import Arrival
from spanlog_query_api.tail.reader import MAX_LISTENERS, TailReader


class TailReaders:
    """Finds the reader for a caller. What one reader asks the store for, it may show to all who listen to it."""

    def __init__(self, store: Store, metrics: Metrics, route: str) -> None:
        self._store = store
        self._metrics = metrics
        self._route = route
        self._readers: dict[frozenset[str] | None, TailReader] = {}
        self._is_closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(reader.listeners for reader in self._readers.values())

    def listen(self, access: Access, condition: Condition, last: Arrival | None) -> AsyncIterator[bytes]:
        """Return the events of the records that ``access`` may see and for which ``condition`` holds.

        As ``TailReader.listen`` does.

        Raises:
            TooManyListenersError: there are ``MAX_LISTENERS`` already.
        """
        if self.listeners >= MAX_LISTENERS:
            raise TooManyListenersError(f"{MAX_LISTENERS} tails are open already; close one, or come again later")
        # Those to whom nobody listens have no task either. To this one somebody may be about to.
        self._readers = {
            agents: reader for agents, reader in self._readers.items() if reader.listeners or agents == access.agents
        }
        reader = self._readers.get(access.agents)
        if reader is None:
            reader = TailReader(QueryRunner(self._store, self._metrics, self._route, access))
            self._readers[access.agents] = reader
            if self._is_closed:
                reader.close()
        return reader.listen(condition, last)

    def close(self) -> None:
        """End every tail, so that the server can stop."""
        self._is_closed = True
        for reader in self._readers.values():
            reader.close()
