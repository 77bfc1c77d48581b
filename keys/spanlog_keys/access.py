"""What one caller may do."""

from dataclasses import dataclass
from typing import Final

from spanlog_keys.scopes import Scope


@dataclass(frozen=True, slots=True)
class Access:
    """What whoever holds a key may do, under which name it is recorded, and for which agents.

    Access("dashboard", frozenset({Scope.READ}), None)               # every agent's data
    Access("crypto", frozenset({Scope.INGEST}), frozenset({"crypto"}))
    """

    name: str
    scopes: frozenset[Scope]
    agents: frozenset[str] | None
    """Whose records may be sent and seen; ``None`` for everybody's."""
    read_limit: float | None = None
    """Requests a second; ``None`` for what the stack is told, 0 for no limit."""
    ingest_limit: float | None = None
    expires_at: float | None = None
    """Seconds since 1970."""


OPEN: Final = Access("loopback", frozenset(Scope), None)
"""Of everybody where no key is asked for, which is on this machine only."""
