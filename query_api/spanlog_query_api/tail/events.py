"""What listeners are sent: server-sent events."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi.sse import format_sse_event

from spanlog_query_api.entries import row_to_entry
from spanlog_query_api.identifiers import is_uuid_text
from spanlog_query_api.queries import Row

CONNECTED: Final = format_sse_event(comment="connected", retry=2000)
"""The first thing said: the way is open, and after how many milliseconds to come again when it breaks."""

ALIVE: Final = format_sse_event(comment="alive")

_EVENT_ID: Final = re.compile(r"(\d{1,13}):(.{36})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """When a record came, in milliseconds since 1970 by the store's clock, and its id."""

    ingested: int
    id: str


def record_event(ingested: int, row: Row) -> bytes:
    """Return the event of one record: its entry as JSON, and an id to come back to."""
    entry = row_to_entry(row, None)
    return format_sse_event(data_str=entry.model_dump_json(), id=f"{ingested}:{entry.id}")


def skipped_event(count: int) -> bytes:
    """Return the notice that more came at once than is shown."""
    return format_sse_event(event="skipped", data_str=f'{{"records":{count}}}')


def dropped_event() -> bytes:
    """Return the last words to a listener that does not keep up."""
    return format_sse_event(event="dropped", data_str='{"reason":"too slow: what was sent was not read in time"}')


def resume_limit_event() -> bytes:
    """Return the notice that more was missed than is given again."""
    return format_sse_event(event="skipped", data_str='{"reason":"too much was missed; search for the rest"}')


def parse_event_id(text: str) -> Arrival | None:
    """Return the arrival that an event's id names; ``None`` for what is no such id.

    A ``Last-Event-ID`` that is none of ours starts a new tail, as the standard's empty one does.
    """
    match = _EVENT_ID.fullmatch(text)
    if match is None or not is_uuid_text(match[2]):
        return None
    return Arrival(int(match[1]), match[2])
