"""New entries of ``GET /logs``, found by asking again and again.

Entries do not arrive in the order of their times: agents send in batches, and their clocks differ. So each
question reaches back over what has been seen, and every few seconds one reaches back further; a set of the
ids seen keeps anything from being given twice.
"""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from spanlog_cli.api_client import ApiClient, Parameter
from spanlog_cli.exceptions import ApiError, ApiUnreachableError

Entry = Mapping[str, Any]

_PAGE_ENTRIES: Final = 1000
# A flood is shown in part rather than late.
_MAX_PAGES: Final = 20
_REACH_BACK_SECONDS: Final = 5.0
_LONG_REACH_BACK_SECONDS: Final = 60.0
_LONG_REACH_INTERVAL_SECONDS: Final = 5.0
# Handlers go on trying for a minute: what was logged during an outage comes within it.
_CATCH_UP_SECONDS: Final = 90.0
_SERVER_ERRORS: Final = 500


class LogFollower:
    """Asks one query API with the same filters.

    Args:
        client: the API.
        filters: parameters of ``GET /logs``.

    Attributes:
        is_waiting: whether the API did not answer the last time.
    """

    def __init__(self, client: ApiClient, filters: Mapping[str, Parameter]) -> None:
        self._client = client
        self._filters = filters
        self._seen: dict[str, str] = {}
        self._floor = ""
        self._next_long_reach = time.monotonic() + _LONG_REACH_INTERVAL_SECONDS
        self._last_answer_unix_seconds = client.server_unix_seconds()
        self._outage_began_unix_seconds: float | None = None
        self._catch_up_until = 0.0
        self.is_waiting = False

    def newest(self, count: int, *, is_followed: bool) -> list[Entry]:
        """Give the newest entries, oldest first.

        Args:
            count: how many at most.
            is_followed: whether ``new`` will be called after.

        Raises:
            CommandError: the API does not answer, or refuses.
        """
        # More than are shown are marked as seen, so that what is late can be told from what is old.
        wanted = max(count, _PAGE_ENTRIES) if is_followed else count
        entries: list[Entry] = []
        while len(entries) < wanted:
            limit = min(_PAGE_ENTRIES, wanted - len(entries))
            page = self._page({"limit": limit, "offset": len(entries)})
            entries += page
            if len(page) < limit:
                break
        else:
            self._floor = str(entries[-1]["created_at"]) if entries else ""
        self._mark_seen(entries)
        shown = {str(entry["id"]): entry for entry in entries[:count]}
        return sorted(shown.values(), key=_order)

    def new(self) -> list[Entry]:
        """Give the entries that have come since, oldest first; none while the API does not answer.

        Raises:
            CommandError: the API refuses.
        """
        try:
            fresh = self._fresh_since(self._window_start())
        except (ApiUnreachableError, ApiError) as error:
            if isinstance(error, ApiError) and error.status < _SERVER_ERRORS:
                raise
            if not self.is_waiting:
                self.is_waiting = True
                self._outage_began_unix_seconds = self._last_answer_unix_seconds
            return []
        if self.is_waiting:
            self.is_waiting = False
            self._catch_up_until = time.monotonic() + _CATCH_UP_SECONDS
        self._last_answer_unix_seconds = self._client.server_unix_seconds()
        return sorted(fresh, key=_order)

    def _window_start(self) -> float:
        """Give from when on is asked now, in seconds since 1970 on the server's clock."""
        now = self._client.server_unix_seconds()
        start = now - _REACH_BACK_SECONDS
        if time.monotonic() >= self._next_long_reach:
            self._next_long_reach = time.monotonic() + _LONG_REACH_INTERVAL_SECONDS
            start = now - _LONG_REACH_BACK_SECONDS
        if self._outage_began_unix_seconds is not None:
            if self.is_waiting or time.monotonic() < self._catch_up_until:
                start = min(start, self._outage_began_unix_seconds - _REACH_BACK_SECONDS)
            else:
                self._outage_began_unix_seconds = None
        return start

    def _fresh_since(self, start_unix_seconds: float) -> list[Entry]:
        since = _rfc3339(start_unix_seconds)
        fresh: dict[str, Entry] = {}
        for page_number in range(_MAX_PAGES):
            page = self._page({"since": since, "limit": _PAGE_ENTRIES, "offset": page_number * _PAGE_ENTRIES})
            fresh.update(
                (str(entry["id"]), entry)
                for entry in page
                if str(entry["id"]) not in self._seen and str(entry["created_at"]) >= self._floor
            )
            if len(page) < _PAGE_ENTRIES:
                break
        self._forget_before(_rfc3339(start_unix_seconds - 2 * _LONG_REACH_BACK_SECONDS))
        self._mark_seen(fresh.values())
        return list(fresh.values())

    def _page(self, parameters: Mapping[str, Parameter]) -> list[Entry]:
        answer = self._client.get("/logs", {**self._filters, **parameters})
        return list(answer["items"])

    def _mark_seen(self, entries: Iterable[Entry]) -> None:
        self._seen.update((str(entry["id"]), str(entry["created_at"])) for entry in entries)

    def _forget_before(self, moment: str) -> None:
        # RFC 3339 in one zone sorts as text.
        if len(self._seen) > _PAGE_ENTRIES:
            self._seen = {entry_id: created for entry_id, created in self._seen.items() if created >= moment}


def _order(entry: Entry) -> tuple[str, str]:
    return str(entry["created_at"]), str(entry["id"])


def _rfc3339(unix_seconds: float) -> str:
    return datetime.fromtimestamp(unix_seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
