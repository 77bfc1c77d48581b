"""Is the sender one who may? One key, compared in constant time."""

import hmac
from typing import Final

_SCHEME: Final = "bearer "


def is_authorized(header: str | None, api_key: str | None) -> bool:
    """Tell whether an ``Authorization`` header value carries ``api_key``; without a key everybody may."""
    if api_key is None:
        return True
    if header is None or not header.lower().startswith(_SCHEME):
        return False
    return hmac.compare_digest(header[len(_SCHEME) :].strip().encode(), api_key.encode())
