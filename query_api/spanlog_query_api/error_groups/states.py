"""How error groups stand, and how a change makes them stand: pure, on what ``error_states.sql`` reads.

A fingerprint that was merged keeps its parent, so that undoing one merge undoes just that one; which group it comes to
in the end is worked out here and written down for every fingerprint, so that no query has to follow parents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace

from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.errors import ConflictError


@dataclass(frozen=True, slots=True)
class ErrorState:
    """One row of ``spanlog_error_states`` but for its last column. Times in nanoseconds since 1970; 0 is never."""

    fingerprint: int
    parent: int = 0
    group: int = 0
    group_resolved_through: int = 0
    resolved_through: int = 0
    resolved_at: int = 0
    resolved_by: str = ""
    muted_at: int = 0
    muted_until: int = 0
    muted_records: int = 0
    records_when_muted: int = 0
    assigned_to: str = ""

    def row(self, changed_at: int) -> tuple[object, ...]:
        """Return what is inserted, in the order of ``ERROR_STATE_COLUMNS``."""
        return (*astuple(self), changed_at)


States = Mapping[int, ErrorState]


def state_of(states: States, fingerprint: int) -> ErrorState:
    """Return how ``fingerprint`` stands: open and a group of its own, unless somebody changed that."""
    return states.get(fingerprint) or ErrorState(fingerprint, group=fingerprint)


def members_of(states: States, group: int) -> list[int]:
    """Return the fingerprints of ``group``, its own first."""
    return [group, *sorted(state.fingerprint for state in states.values() if state.group == group != state.fingerprint)]


def merged(states: States, into: int, fingerprint: int) -> dict[int, ErrorState]:
    """Return the states after ``fingerprint``, with what was merged into it, became a part of the group of ``into``.

    Merging what is there already changes nothing.

    Raises:
        ConflictError: with itself, or ``into`` is a part of ``fingerprint``.
    """
    if into == fingerprint:
        raise ConflictError(f"{format_fingerprint(into)} cannot be merged with itself")
    target = state_of(states, into).group
    if target == fingerprint:
        raise ConflictError(
            f"{format_fingerprint(into)} is merged into {format_fingerprint(fingerprint)} already: "
            "merging them the other way round would be a circle"
        )
    if state_of(states, fingerprint).group == target:
        return dict(states)
    moved = replace(state_of(states, fingerprint), parent=target)
    return settled({**states, target: state_of(states, target), fingerprint: moved})


def parted(states: States, fingerprint: int) -> dict[int, ErrorState]:
    """Return the states after ``fingerprint`` was taken out of its group; of a group, after all its parts were.

    Raises:
        ConflictError: there is nothing to undo.
    """
    if state_of(states, fingerprint).parent:
        leaving = [fingerprint]
    else:
        leaving = [state.fingerprint for state in states.values() if state.parent == fingerprint]
    if not leaving:
        raise ConflictError(f"{format_fingerprint(fingerprint)} is not merged with anything")
    return settled({**states, **{leaver: replace(states[leaver], parent=0) for leaver in leaving}})


def settled(states: States) -> dict[int, ErrorState]:
    """Return ``states`` with each fingerprint's group, and until when that is resolved, worked out anew."""
    groups = {fingerprint: _root(states, fingerprint) for fingerprint in states}
    return {
        fingerprint: replace(
            state,
            group=groups[fingerprint],
            group_resolved_through=state_of(states, groups[fingerprint]).resolved_through,
        )
        for fingerprint, state in states.items()
    }


def changed(before: States, after: States) -> Iterable[ErrorState]:
    """Return the states of ``after`` that are not those of ``before``."""
    return (state for fingerprint, state in after.items() if before.get(fingerprint) != state)


def _root(states: States, fingerprint: int) -> int:
    seen = set()
    # Two programs that merge at one moment could make a circle, which must not be walked for ever.
    while (parent := state_of(states, fingerprint).parent) and fingerprint not in seen:
        seen.add(fingerprint)
        fingerprint = parent
    return fingerprint
