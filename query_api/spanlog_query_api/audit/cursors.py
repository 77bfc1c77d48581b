"""A place in the order of changes, the latest first, as text that clients give back as they got it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, NamedTuple

_PLACE: Final = re.compile(r"(\d{1,19})\n([ -~]{0,200})", re.ASCII)
_MAX_UNIX_NANO: Final = 2**63 - 1


class AuditPlace(NamedTuple):
    """A change's time, in nanoseconds since 1970, and what orders it among those of the same time."""

    unix_nano: int
    tie: str

    def text(self) -> str:
        """Return it as text that fits a URL as it is."""
        return urlsafe_b64encode(f"{self.unix_nano}\n{self.tie}".encode()).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> "AuditPlace":
        """Return the place that ``text`` is.

        Raises:
            ValueError: it is none of ours.
        """
        try:
            decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        except ValueError:
            decoded = ""
        match = _PLACE.fullmatch(decoded)
        if match is None or int(match[1]) > _MAX_UNIX_NANO:
            raise ValueError("not a cursor: give next_cursor of the page before, as it is")
        return cls(int(match[1]), match[2])


LATEST: Final = AuditPlace(_MAX_UNIX_NANO, "")
"""Later than every change."""
