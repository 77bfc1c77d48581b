"""A place in the order of records, newest first: by time, then by id. No record is at two places, and none moves."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from spanlog_query_api.identifiers import is_uuid_text

_PLACE: Final = re.compile(r"(\d{1,19}):(.{36})", re.ASCII)
_MAX_UNIX_NANO: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """A record's time, in nanoseconds since 1970, and id."""

    unix_nano: int
    id: str


def write_cursor(place: Place) -> str:
    """Return ``place`` as text that fits a URL as it is."""
    return base64.urlsafe_b64encode(f"{place.unix_nano}:{place.id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place:
    """Return the place of a cursor that ``write_cursor`` wrote.

    Raises:
        ValueError: it is none.
    """
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        decoded = ""
    match = _PLACE.fullmatch(decoded)
    if match is None or int(match[1]) > _MAX_UNIX_NANO or not is_uuid_text(match[2]):
        raise ValueError("not a cursor: give next_cursor of the page before, as it is")
    return Place(int(match[1]), match[2])
