"""The key itself: made once, shown once, kept only as its digest.

A key is 256 bits of the system's randomness, so that nobody can guess it however fast they hash; a slow, salted hash
is for passwords, which people choose (docs/adr/0010).
"""

import hashlib
import secrets
from typing import Final

PREFIX: Final = "spanlog_"
"""So that people and scanners see what it is."""

_BYTES: Final = 32


def new_secret() -> str:
    """Return a new key: ``spanlog_`` and 43 characters of base64url."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """Return what is kept of a key: its SHA-256."""
    # What a header holds need not be text; it is no key then.
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
