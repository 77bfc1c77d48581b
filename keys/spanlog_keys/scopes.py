"""What a key may be for."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One thing that a key may be for."""

    INGEST = "ingest"
    """Send records and spans."""
    READ = "read"
    """Ask questions."""
    WRITE = "write"
    """Resolve, mute, assign, merge; whoever changes something is shown it, so reading is part of it."""
    ADMIN = "admin"
    """Everything, and see who did what."""


_INCLUDED: Final = {
    Scope.INGEST: {Scope.INGEST},
    Scope.READ: {Scope.READ},
    Scope.WRITE: {Scope.WRITE, Scope.READ},
    Scope.ADMIN: set(Scope),
}


def all_included(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """Return ``scopes`` and what each of them includes."""
    return frozenset(included for scope in scopes for included in _INCLUDED[scope])
