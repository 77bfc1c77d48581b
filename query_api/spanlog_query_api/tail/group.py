"""The listeners that ask the same."""

from collections.abc import Mapping

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
        """What came and has not been delivered, in order; of several looks where the store failed in between."""

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens who has begun."""
        return any(listener.has_begun for listener in self.listeners)

    @property
    def joining(self) -> list[Listener]:
        """Who has not begun."""
        return [listener for listener in self.listeners if not listener.has_begun]

    def deliver(self, events: Mapping[str, bytes], limit: int) -> None:
        """Give the news to who has begun, the latest ``limit`` of it and a word on the rest; events by record id.

        There are no events of what nobody had begun to listen to.
        """
        skipped = max(0, len(self.news) - limit)
        chunk = b"".join(events.get(arrival.id, b"") for arrival in self.news[skipped:])
        if skipped:
            chunk = skipped_event(skipped) + chunk
        if chunk:
            for listener in self.listeners:
                if listener.has_begun:
                    listener.offer(chunk)
        self.news = []
