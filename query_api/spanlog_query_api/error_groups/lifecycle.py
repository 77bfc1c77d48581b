"""What people do with error groups: resolve, mute, assign, comment, merge, split; with who and when."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from spanlog_collector.storage import QueryLimits, Store
from spanlog_collector.storage.tables import ERROR_CHANGE_COLUMNS, ERROR_CHANGES, ERROR_STATE_COLUMNS, ERROR_STATES
from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.error_groups.states import (
    ErrorState,
    States,
    changed,
    members_of,
    merged,
    parted,
    settled,
    state_of,
)
from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.models.changing import GroupChange
from spanlog_query_api.queries import QueryRunner

_STATE_LIMITS: Final = QueryLimits(max_result_rows=2_000_000)
_FINGERPRINTS_PER_QUERY: Final = 1_000


class Totals(NamedTuple):
    """All records there ever were of a fingerprint or a group; times in nanoseconds since 1970."""

    records: int
    first: int
    last: int


class _Change(NamedTuple):
    """One row of ``spanlog_error_changes`` but for its time and with which key it was done."""

    fingerprint: int
    action: str
    by: str
    text: str = ""
    other: int = 0
    muted_until: int = 0
    muted_records: int = 0

    def row(self, changed_at: int, key: str) -> tuple[object, ...]:
        return (self.fingerprint, changed_at, *self[1:], key)


def read_states(queries: QueryRunner) -> dict[int, ErrorState]:
    """Return how every fingerprint stands that somebody ever changed something about."""
    rows = queries.run("error_states", limits=_STATE_LIMITS)
    return {row["fingerprint"]: ErrorState(**row) for row in rows}


def known_states(queries: QueryRunner) -> dict[int, ErrorState]:
    """Return what ``read_states`` does, for who only shows it; not to be changed: it is remembered."""
    return queries.remember("error_states", lambda: read_states(queries))


def read_totals(queries: QueryRunner, fingerprints: Sequence[int]) -> dict[int, Totals]:
    """Return the totals of those of ``fingerprints`` that ever had a record."""
    return {
        row["fingerprint"]: Totals(row["count"], row["first_unix_nano"], row["last_unix_nano"])
        for part in _parts(fingerprints)
        for row in queries.run("error_totals", {"fingerprints": part})
    }


def total_of(totals: Iterable[Totals]) -> Totals:
    """Return the totals of a group from those of its fingerprints, of which there is at least one."""
    known = list(totals)
    return Totals(
        sum(total.records for total in known), min(total.first for total in known), max(total.last for total in known)
    )


class Lifecycle:
    """Writes changes, one at a time, so that looking and writing are one step.

    The queries it is given see everybody's rows: with less, it could not tell what a group is.

    The history (``spanlog_error_changes``) is written before the state that follows from it: a crash between the two
    leaves a change that is told and does not hold, which a person sees, rather than one that holds and is not told.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def change(self, queries: QueryRunner, fingerprint: int, change: GroupChange) -> None:
        """Do what ``change`` says with the group of ``fingerprint``. Doing it twice does it once.

        Raises:
            NotFoundError: there never was such a record.
        """
        with self._lock:
            states = read_states(queries)
            group = state_of(states, fingerprint).group
            totals = self._totals_of_group(queries, states, fingerprint, group)
            before = state_of(states, group)
            now = time.time_ns()
            after, changes = _apply(before, change, totals, now)
            self._write(
                states,
                settled({**states, group: after}) if after != before else states,
                changes,
                now,
                queries.access.name,
            )

    def merge(self, queries: QueryRunner, into: int, fingerprints: Sequence[int], by: str) -> int:
        """Let records of ``fingerprints``, those to come too, count to the group of ``into``, and return that group.

        Raises:
            NotFoundError: there never was a record of one of them.
            ConflictError: with itself, or in a circle; then nothing is merged.
        """
        with self._lock:
            states = read_states(queries)
            self._check_known(queries, states, [into, *fingerprints])
            after: States = states
            changes = []
            for fingerprint in fingerprints:
                step = merged(after, into, fingerprint)
                if step != after:
                    changes.append(_Change(fingerprint, "merge", by, other=step[fingerprint].group))
                after = step
            self._write(states, after, changes, time.time_ns(), queries.access.name)
            return state_of(after, into).group

    def split(self, queries: QueryRunner, fingerprint: int, by: str) -> None:
        """Undo a merge: take ``fingerprint`` out of its group; where it is the group, take all others out.

        Raises:
            NotFoundError: there never was such a record.
            ConflictError: it is not merged.
        """
        with self._lock:
            states = read_states(queries)
            self._check_known(queries, states, [fingerprint])
            after = parted(states, fingerprint)
            changes = [
                _Change(state.fingerprint, "split", by, other=states[state.fingerprint].parent)
                for state in changed(states, after)
                if not state.parent and states[state.fingerprint].parent
            ]
            self._write(states, after, changes, time.time_ns(), queries.access.name)

    def resolve_whole_groups(self, queries: QueryRunner, fingerprints: Iterable[int], by: str) -> None:
        """Resolve those groups of ``fingerprints`` whose records have all been resolved one by one.

        So that such a group, when it is seen again, has regressed as any other that was resolved.
        """
        with self._lock:
            states = read_states(queries)
            groups = list(dict.fromkeys(state_of(states, fingerprint).group for fingerprint in fingerprints))
            members = {group: members_of(states, group) for group in groups}
            everybody = [member for group in groups for member in members[group]]
            totals = read_totals(queries, everybody)
            resolved: Counter[int] = Counter()
            for part in _parts(everybody):
                for row in queries.run("resolved_by_record", {"fingerprints": part}):
                    resolved[row["fingerprint"]] = row["count"]
            now = time.time_ns()
            after, changes = dict(states), []
            for group in groups:
                known = [totals[member] for member in members[group] if member in totals]
                if not known or sum(resolved[member] for member in members[group]) < total_of(known).records:
                    continue
                state, done = _resolved(state_of(states, group), total_of(known), by, now)
                after[group] = state
                changes += done
            self._write(states, settled(after), changes, now, queries.access.name)

    def _totals_of_group(self, queries: QueryRunner, states: States, fingerprint: int, group: int) -> Totals:
        totals = read_totals(queries, members_of(states, group))
        if not totals:
            raise NotFoundError(f"there is no error group {format_fingerprint(fingerprint)}")
        return total_of(totals.values())

    def _check_known(self, queries: QueryRunner, states: States, fingerprints: Sequence[int]) -> None:
        totals = read_totals(queries, fingerprints)
        for fingerprint in fingerprints:
            if fingerprint not in totals and fingerprint not in states:
                raise NotFoundError(f"there is no error group {format_fingerprint(fingerprint)}")

    def _write(self, before: States, after: States, changes: Sequence[_Change], now: int, key: str) -> None:
        if changes:
            self._store.insert(
                ERROR_CHANGES,
                ERROR_CHANGE_COLUMNS,
                # Several changes of one request keep their order.
                [change.row(now + index, key) for index, change in enumerate(changes)],
            )
        rows = [state.row(now) for state in changed(before, after)]
        if rows:
            self._store.insert(ERROR_STATES, ERROR_STATE_COLUMNS, rows)


def _apply(state: ErrorState, change: GroupChange, totals: Totals, now: int) -> tuple[ErrorState, list[_Change]]:
    by = change.who
    group = state.fingerprint
    changes: list[_Change] = []
    if change.status == "resolved":
        state, changes = _resolved(state, totals, by, now)
    elif change.status == "muted":
        state, changes = _muted(state, change, totals, now)
    elif change.status == "open":
        if state.muted_at:
            changes.append(_Change(group, "unmute", by))
        if state.resolved_through:
            changes.append(_Change(group, "reopen", by))
        state = replace(_unmuted(state), resolved_through=0, resolved_at=0, resolved_by="")
    if change.assigned_to is not None and change.assigned_to != state.assigned_to:
        changes.append(_Change(group, "assign", by, change.assigned_to))
        state = replace(state, assigned_to=change.assigned_to)
    if change.comment is not None:
        changes.append(_Change(group, "comment", by, change.comment))
    return state, changes


def _resolved(state: ErrorState, totals: Totals, by: str, now: int) -> tuple[ErrorState, list[_Change]]:
    if state.resolved_through >= totals.last:
        # Resolved, and not seen since: the first who did it stays.
        changes = [_Change(state.fingerprint, "unmute", by)] if state.muted_at else []
        return _unmuted(state), changes
    # A sender whose clock is ahead has logged records that are "later" than now; they are resolved with the others.
    through = max(now, totals.last)
    resolved = replace(_unmuted(state), resolved_through=through, resolved_at=now, resolved_by=by)
    return resolved, [_Change(state.fingerprint, "resolve", by)]


def _muted(state: ErrorState, change: GroupChange, totals: Totals, now: int) -> tuple[ErrorState, list[_Change]]:
    until, records = change.until or 0, change.count or 0
    is_muted_so = state.muted_at and (state.muted_until, state.muted_records) == (until, records)
    if is_muted_so and (not records or totals.records < state.records_when_muted + records):
        return state, []
    muted = replace(
        state,
        muted_at=now,
        muted_until=until,
        muted_records=records,
        records_when_muted=totals.records if records else 0,
    )
    return muted, [_Change(state.fingerprint, "mute", change.who, muted_until=until, muted_records=records)]


def _unmuted(state: ErrorState) -> ErrorState:
    return replace(state, muted_at=0, muted_until=0, muted_records=0, records_when_muted=0)


def _parts(fingerprints: Sequence[int]) -> Iterable[list[int]]:
    step = _FINGERPRINTS_PER_QUERY
    return (list(fingerprints[start : start + step]) for start in range(0, len(fingerprints), step))
