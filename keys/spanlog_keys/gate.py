"""The one door: is there a key, is it for this, is it too often?"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from spanlog_keys.access import Access
from spanlog_keys.exceptions import ForbiddenError, TooManyRequestsError, UnauthenticatedError
from spanlog_keys.key_ring import KeyRing
from spanlog_keys.rates import TokenBuckets
from spanlog_keys.scopes import Scope

_NEEDS_A_KEY: Final = "this needs the header Authorization: Bearer <key>, with a key that is known here"


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Requests a second that one key may make, or one client address where no keys are asked for; 0 for no limit.

    RateLimits()                            # none
    RateLimits(read=50, ingest=1_000)

    A key's own limits, where it has some, take the place of these.
    """

    read: float = 0.0
    ingest: float = 0.0


class Gate:
    """Decides about each request, for collector and query API alike."""

    def __init__(self, ring: KeyRing, limits: RateLimits | None = None) -> None:
        self.ring: Final = ring
        self._limits = limits or RateLimits()
        self._buckets = TokenBuckets()
        self.refused: Final[Counter[tuple[Scope, str]]] = Counter()
        """How many were refused, by what they wanted and why: ``unknown_key``, ``scope`` or ``limit``."""

    def admit(self, authorization: str | None, wanted: Scope, client: str = "") -> Access:
        """Return what the caller may do, if it may do what it wants.

        Args:
            authorization: The header of that name.
            wanted: What the request is for.
            client: The caller's address, which limits go by where there are no keys.

        Raises:
            UnauthenticatedError: no key, or none that is known.
            ForbiddenError: the key is not for this.
            TooManyRequestsError: more often than the limit allows.
        """
        access = self.ring.find(authorization)
        if access is None:
            self.refused[wanted, "unknown_key"] += 1
            raise UnauthenticatedError(_NEEDS_A_KEY)
        if wanted not in access.scopes:
            self.refused[wanted, "scope"] += 1
            raise ForbiddenError(f"the key {access.name} has no scope {wanted}")
        limit = self._limit(access, wanted)
        if limit > 0:
            caller = access.name if self.ring.is_asking else f"address {client}"
            wait_seconds = self._buckets.take((wanted is Scope.INGEST, caller), limit)
            if wait_seconds:
                self.refused[wanted, "limit"] += 1
                raise TooManyRequestsError(
                    f"more than {limit:g} requests a second; send this one again later", math.ceil(wait_seconds)
                )
        return access

    def admits_freely(self, authorization: str | None, wanted: Scope) -> bool:
        """Tell whether the caller may do what it wants as often as it likes and for every agent; nothing is counted."""
        access = self.ring.find(authorization)
        return (
            access is not None
            and wanted in access.scopes
            and access.agents is None
            and self._limit(access, wanted) <= 0
        )

    def _limit(self, access: Access, wanted: Scope) -> float:
        is_ingest = wanted is Scope.INGEST
        own_limit = access.ingest_limit if is_ingest else access.read_limit
        return own_limit if own_limit is not None else self._limits.ingest if is_ingest else self._limits.read
