"""Where the next page of a list begins that is of one moment: the cursor remembers the period of the first page.

What comes while somebody turns pages lies after that period, so it neither moves nor repeats what is listed.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, NamedTuple

from spanlog_query_api.errors import InvalidParameterError

MAX_CURSOR_CHARACTERS: Final = 4096
_MAX_UNIX_NANO: Final = 2**63 - 1
_NO_CURSOR: Final = "not a cursor: give next_cursor of the page before, as it is"


class PinnedCursor(NamedTuple):
    """The last item of a page: what it is sorted by, and its id. Times in nanoseconds since 1970."""

    order: str
    since: int
    until: int
    key: int
    id: str

    def text(self) -> str:
        """Return the cursor as clients see it."""
        return urlsafe_b64encode(json.dumps(self, separators=(",", ":")).encode()).decode().rstrip("=")


def read_pinned_cursor(text: str, order: str, since: int | None, until: int | None) -> PinnedCursor | None:
    """Return the cursor that ``text`` is; ``None`` where there is none.

    Raises:
        InvalidParameterError: it is none of ours, or belongs to another order or period.
    """
    if not text:
        return None
    try:
        cursor = PinnedCursor(*json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))))
    except (ValueError, TypeError, RecursionError):
        raise InvalidParameterError("cursor", _NO_CURSOR) from None
    if [type(value) for value in cursor] != [str, int, int, int, str] or not (
        0 <= cursor.since < cursor.until <= _MAX_UNIX_NANO and 0 <= cursor.key <= _MAX_UNIX_NANO
    ):
        raise InvalidParameterError("cursor", _NO_CURSOR)
    if cursor.order != order or since not in {None, cursor.since} or until not in {None, cursor.until}:
        raise InvalidParameterError("cursor", "belongs to another order or period: give the ones of the page before")
    return cursor
