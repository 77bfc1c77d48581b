"""What stands in a secret's place: ``[redacted:<kind>]``."""

from __future__ import annotations

NAMED_KIND = "key"
"""The kind of secrets that are known by their name."""


def marker(kind: str) -> bytes:
    """Give the marker for a kind of secret."""
    return f"[redacted:{kind}]".encode()
