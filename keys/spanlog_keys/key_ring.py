"""The keys as a running stack knows them: looked at again when their file changes, without a restart."""

import hmac
import logging
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from spanlog_keys.access import OPEN, Access
from spanlog_keys.exceptions import KeyFileError
from spanlog_keys.key import Key
from spanlog_keys.key_file import KeyFile
from spanlog_keys.scopes import Scope
from spanlog_keys.secret_text import digest

logger: Final = logging.getLogger(__name__)

STATIC_KEY_NAME: Final = "SPANLOG_API_KEY"
"""Under which name is recorded what somebody does with the one key of the environment; no named key may have it."""

RECHECK_SECONDS: Final = 0.25
"""How long a revoked key may still be taken."""

_SCHEME: Final = "bearer "
_STATIC_ACCESS: Final = Access(STATIC_KEY_NAME, frozenset(Scope), None)


class _Snapshot(NamedTuple):
    """The file as it was at one look."""

    identity: tuple[int, int, int] | None
    keys: tuple[Key, ...]
    active: Mapping[bytes, tuple[bytes, Access]]
    """Of each key that is not revoked, by its digest."""
    names: frozenset[str]


_EMPTY: Final = _Snapshot(None, (), {}, frozenset())


class KeyRing:
    """Which key is whose. Safe in threads: each look replaces the whole.

    Keys are asked for as soon as there is one, or ever was: whoever revokes the last one means to close the door.

    Args:
        file: Where named keys are; ``None`` for none.
        static_key: The one key that may do everything, from the environment; ``None`` for none.

    Raises:
        KeyFileError: the file cannot be read. A stack that cannot tell who may come in does not start.
    """

    def __init__(self, file: KeyFile | None = None, static_key: str | None = None) -> None:
        self._file = file
        self._static_digest = digest(static_key) if static_key is not None else None
        self._snapshot = _EMPTY
        self._has_had_keys = False
        self._next_look = 0.0
        self.failure = ""
        """Why the file could not be read at the last look; the keys of the one before hold meanwhile."""
        if file is not None:
            try:
                self._load(file)
            except OSError as error:
                raise KeyFileError(f"{file.path} cannot be read ({error.strerror})") from error

    @property
    def is_asking(self) -> bool:
        """Whether a key is needed."""
        self._look()
        return self._static_digest is not None or self._has_had_keys

    @property
    def has_static_key(self) -> bool:
        """Whether the environment's key is one of them."""
        return self._static_digest is not None

    def keys(self) -> tuple[Key, ...]:
        """Return the named keys, revoked ones too."""
        self._look()
        return self._snapshot.keys

    def describe(self) -> str:
        """Tell in words which keys are asked for."""
        if not self.is_asking:
            return "none is asked for: whoever is on this machine may read and write"
        now = time.time()
        count = sum(key.state(now) == "active" for key in self._snapshot.keys)
        named = f"{count} named key{'' if count == 1 else 's'}"
        return f"{STATIC_KEY_NAME} and {named}" if self.has_static_key else named

    def find(self, authorization: str | None) -> Access | None:
        """Return what the holder of the key in an ``Authorization`` header may do; ``None`` without a known key."""
        if not self.is_asking:
            return OPEN
        if authorization is None or authorization[: len(_SCHEME)].lower() != _SCHEME:
            return None
        given = digest(authorization[len(_SCHEME) :].strip())
        if self._static_digest is not None and hmac.compare_digest(given, self._static_digest):
            return _STATIC_ACCESS
        # The lookup is by the digest: its time tells nothing of a key that differs from the one that was sent.
        digest_kept, access = self._snapshot.active.get(given, (b"", OPEN))
        if not hmac.compare_digest(given, digest_kept) or _has_expired(access):
            return None
        return access

    def still_holds(self, access: Access) -> bool:
        """Tell whether what ``find`` returned a while ago would be returned now."""
        if not self.is_asking:
            return True
        if access is _STATIC_ACCESS:
            return True
        return access.name in self._snapshot.names and not _has_expired(access)

    def _look(self) -> None:
        now = time.monotonic()
        if self._file is None or now < self._next_look:
            return
        self._next_look = now + RECHECK_SECONDS
        try:
            if self._file.identity() != self._snapshot.identity:
                self._load(self._file)
            self.failure = ""
        except (KeyFileError, OSError) as error:
            if not self.failure:
                logger.error("the keys as they were before are used on: %s", error)  # noqa: TRY400 - a line is enough
            self.failure = str(error)

    def _load(self, file: KeyFile) -> None:
        # The identity first: a change in between is seen at the next look.
        identity = file.identity()
        keys = tuple(file.read())
        valid = [key for key in keys if key.revoked_unix_nano is None]
        self._snapshot = _Snapshot(
            identity,
            keys,
            {key.sha256: (key.sha256, key.access()) for key in valid},
            frozenset(key.name for key in valid),
        )
        self._has_had_keys = self._has_had_keys or bool(keys)


def _has_expired(access: Access) -> bool:
    return access.expires_at is not None and access.expires_at <= time.time()
