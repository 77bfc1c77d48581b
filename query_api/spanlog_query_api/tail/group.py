"""The listeners that ask the same."""

from collections.abc import Mapping, Sequence

from spanlog_query_api.search.conditions import Condition, render
from spanlog_query_api.tail.events import Arrival, skipped_event
from spanlog_query_api.tail.listener import Listener


def group_key(condition: Condition) -> object:
    """Return what is equal for conditions that ask the same."""
    sql, parameters = render(condition)
    return sql, tuple((name, str(value)) for name, value in parameters.items())


class Group:
    """Listeners of one condition, and what they are to be told."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.listeners: list[Listener] = []
        self.news: list[Arrival] = []
        """What came since the last look and has not been delivered, in order."""
        self._is_new = True
        self._resumed: set[int] = set()

    def arrive(self, arrivals: Sequence[Arrival]) -> None:
        """Take what has not been seen before. What is there at the first look is no news."""
        if not self._is_new:
            self.news = list(arrivals)
        self._is_new = False

    def joined(self, listener: Listener) -> None:
        """Note that ``listener`` has been given all that is seen so far, this look's news included."""
        self._resumed.add(id(listener))

    def deliver(self, events: Mapping[str, bytes], limit: int) -> None:
        """Give the news to the listeners, the latest ``limit`` of it and a word on the rest; events by record id."""
        skipped = max(0, len(self.news) - limit)
        chunk = b"".join(events[arrival.id] for arrival in self.news[skipped:])
        if skipped:
            chunk = skipped_event(skipped) + chunk
        if chunk:
            for listener in self.listeners:
                if id(listener) not in self._resumed and listener.last is None:
                    listener.offer(chunk)
        self.news = []
        self._resumed.clear()
