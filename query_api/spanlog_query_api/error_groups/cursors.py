"""Where the next page begins, as text that clients give back as they got it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple


class ErrorCursor(NamedTuple):
    """The last item of a page of error groups, and the question that it belongs to."""

    sort: str
    order: str
    since: int
    until: int
    is_whole: bool
    key: int
    fingerprint: int

    def text(self) -> str:
        """Return the cursor as clients see it."""
        return urlsafe_b64encode(json.dumps(self, separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> "ErrorCursor":
        """Return the cursor that ``text`` is.

        Raises:
            ValueError: it is none of ours.
        """
        try:
            values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            cursor = cls(*values)
        except (ValueError, TypeError, RecursionError):
            raise ValueError("not a cursor that an earlier page gave") from None
        kinds = (str, str, int, int, bool, int, int)
        times_and_key = (cursor.since, cursor.until, cursor.key)
        if (
            [type(value) for value in cursor] != list(kinds)
            or not all(-(2**63) <= number < 2**63 for number in times_and_key)
            or not 0 < cursor.fingerprint < 2**64
        ):
            raise ValueError("not a cursor that an earlier page gave")
        return cursor
