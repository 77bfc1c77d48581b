"""Who may do what: named keys, their scopes and agents, rate limits. Knows nobody."""

from spanlog_keys.access import OPEN, Access
from spanlog_keys.exceptions import (
    ForbiddenError,
    KeyFileError,
    KeyRequestError,
    KeysError,
    RefusedError,
    TooManyRequestsError,
    UnauthenticatedError,
)
from spanlog_keys.gate import Gate, RateLimits
from spanlog_keys.key import Key, KeyEvent, KeyRequest
from spanlog_keys.key_file import KeyFile
from spanlog_keys.key_ring import STATIC_KEY_NAME, KeyRing
from spanlog_keys.scopes import Scope

__all__ = [
    "OPEN",
    "STATIC_KEY_NAME",
    "Access",
    "ForbiddenError",
    "Gate",
    "Key",
    "KeyEvent",
    "KeyFile",
    "KeyFileError",
    "KeyRequest",
    "KeyRequestError",
    "KeyRing",
    "KeysError",
    "RateLimits",
    "RefusedError",
    "Scope",
    "TooManyRequestsError",
    "UnauthenticatedError",
]
