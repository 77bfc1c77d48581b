"""Error groups are named by 64-bit fingerprints; people and programs see them as 16 hex digits."""

import re
from typing import Final

_HEX: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)


def format_fingerprint(fingerprint: int) -> str:
    """Return 16 hex digits."""
    return f"{fingerprint:016x}"


def parse_fingerprint(text: str) -> int | None:
    """Return the fingerprint that ``text`` names, in any case; ``None`` when it can name none."""
    lower = text.lower()
    return int(lower, 16) or None if _HEX.fullmatch(lower) else None


def fingerprint_of(text: str) -> int:
    """Return the fingerprint that ``text`` names.

    Raises:
        ValueError: it can name none.
    """
    fingerprint = parse_fingerprint(text)
    if fingerprint is None:
        raise ValueError("not a fingerprint: 16 hex digits")
    return fingerprint
