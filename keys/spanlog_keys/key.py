"""A named key as it is kept, and as it is asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from spanlog_keys.access import Access
from spanlog_keys.exceptions import KeyRequestError
from spanlog_keys.scopes import Scope, all_included

MAX_AGENTS: Final = 100
MAX_AGENT_ID_CHARACTERS: Final = 256

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """The key that somebody wants.

    Args:
        name: How it is listed, revoked and recorded: lower case, 64 characters at most.
        scopes: What it is for, one at least.
        agents: Whose records it may send and see; none for everybody's.
        expires_at: Seconds since 1970, or ``None`` for never.
        read_limit: Questions a second; ``None`` for what the stack is told, 0 for no limit.
        ingest_limit: Requests with records a second, the same.

    Raises:
        KeyRequestError: there cannot be such a key.
    """

    name: str
    scopes: frozenset[Scope]
    agents: frozenset[str] = frozenset()
    expires_at: float | None = None
    read_limit: float | None = None
    ingest_limit: float | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise KeyRequestError("a key's name has 1 to 64 of the characters a-z 0-9 . _ - and begins with a-z or 0-9")
        if not self.scopes:
            raise KeyRequestError(f"name a scope at least: {', '.join(Scope)}")
        if self.agents and Scope.ADMIN in self.scopes:
            raise KeyRequestError("a key with the scope admin is for all agents")
        if len(self.agents) > MAX_AGENTS:
            raise KeyRequestError(f"a key is bound to {MAX_AGENTS} agents at most")
        for agent in self.agents:
            if not agent.strip() or not agent.isprintable() or len(agent) > MAX_AGENT_ID_CHARACTERS:
                raise KeyRequestError(
                    f"an agent's id has 1 to {MAX_AGENT_ID_CHARACTERS} printable characters, and is not blank"
                )


class KeyEvent(NamedTuple):
    """Something that was done with a key."""

    unix_nano: int
    action: str
    """``create`` or ``revoke``."""
    key: "Key"
    by: str
    """Who did it, as the machine names them."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the file has it; what it was itself is not known any more."""

    name: str
    sha256: bytes
    scopes: frozenset[Scope]
    agents: frozenset[str]
    created_unix_nano: int
    created_by: str
    expires_at: float | None = None
    revoked_unix_nano: int | None = None
    revoked_by: str = ""
    read_limit: float | None = None
    ingest_limit: float | None = None

    def state(self, now: float) -> str:
        """Return ``active``, ``expired`` or ``revoked``, as it is at ``now`` (seconds since 1970)."""
        if self.revoked_unix_nano is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"

    def access(self) -> Access:
        """Return what its holder may do."""
        return Access(
            self.name,
            all_included(self.scopes),
            self.agents or None,
            self.read_limit,
            self.ingest_limit,
            self.expires_at,
        )

    def events(self) -> list[KeyEvent]:
        """Return what was done with it, the first first."""
        events = [KeyEvent(self.created_unix_nano, "create", self, self.created_by)]
        if self.revoked_unix_nano is not None:
            events.append(KeyEvent(self.revoked_unix_nano, "revoke", self, self.revoked_by))
        return events

    def to_json(self) -> dict[str, Any]:
        """Return it as the file has it."""
        return {
            "name": self.name,
            "sha256": self.sha256.hex(),
            "scopes": sorted(self.scopes),
            "agents": sorted(self.agents),
            "created_unix_nano": self.created_unix_nano,
            "created_by": self.created_by,
            "expires_at": self.expires_at,
            "revoked_unix_nano": self.revoked_unix_nano,
            "revoked_by": self.revoked_by,
            "read_limit": self.read_limit,
            "ingest_limit": self.ingest_limit,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the key that ``value`` is.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        sha256 = bytes.fromhex(value["sha256"])
        if len(sha256) != 32 or not isinstance(value["name"], str):  # noqa: PLR2004 - of SHA-256
            raise ValueError("no digest, or no name")
        return cls(
            name=value["name"],
            sha256=sha256,
            scopes=frozenset(Scope(scope) for scope in value["scopes"]),
            agents=frozenset(str(agent) for agent in value["agents"]),
            created_unix_nano=int(value["created_unix_nano"]),
            created_by=str(value["created_by"]),
            expires_at=_number(value.get("expires_at")),
            revoked_unix_nano=None if value.get("revoked_unix_nano") is None else int(value["revoked_unix_nano"]),
            revoked_by=str(value.get("revoked_by", "")),
            read_limit=_number(value.get("read_limit")),
            ingest_limit=_number(value.get("ingest_limit")),
        )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
