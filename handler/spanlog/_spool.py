"""What cannot be sent waits on disk: the very bytes of the requests, for this process or the next one.

``<spool_dir>/<collector>/<area>/<body>``: a folder for each collector, so that what was meant for one never goes
to another; in it an area for each handler (``_spool_area``), so that processes share a spool and nobody needs
to be asked. An area whose owner is gone is taken over by whoever next finds the way to that collector free.

A program's own records and those of others are kept apart, because the accounts of a handler are about its own.
What another *living* process has on disk is never touched: it is in that one's accounts.

Writing: under another name first, then renamed, so a body is there whole or not. It is synced to the disk
(``fsync``) while the program runs; at its end, where time is short, it is left to the operating system, and
outlives the process but not a loss of power. What does not hold what was written is set aside, never sent.
"""
# Paths are texts: importing pathlib would cost more than all of this file.
# ruff: noqa: PTH100, PTH103, PTH104, PTH106, PTH108, PTH116, PTH118, PTH119, PTH208

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from spanlog._spool_area import Area, DamagedError, Entry, read, remove_unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spanlog._body import Body
    from spanlog.config import HandlerConfig

_SET_ASIDE = "set-aside"
_UNFINISHED_SECONDS = 3600.0
# What others write is looked at again after this long; what this handler writes is always known.
_SURVEY_SECONDS = 5.0
_TRIES = 3


class Lost(NamedTuple):
    """Records that are not on disk any more, or never came there."""

    record_count: int
    is_own: bool
    reason: str


class Spool:
    """The part of the spool that one handler owns. Threads of the process may share it.

    Args:
        config: the handler's settings.

    No method raises because of the disk.
    """

    def __init__(self, config: HandlerConfig) -> None:
        self._root = os.path.abspath(config.spool_dir)
        self._folder = os.path.join(self._root, _collector_name(config))
        self._max_bytes = config.max_spool_bytes
        self._lock = threading.RLock()
        self._areas: dict[str, Area] = {}
        self._clear()

    def _clear(self) -> None:
        self._own: Area | None = None
        # Also those given up before and found again: what lies there is still in this handler's accounts.
        self._own_paths: set[str] = set()
        self._areas = {}
        self._entries: list[Entry] = []
        self._others_bytes = 0
        self._survey_time = 0.0

    def __len__(self) -> int:
        """How many bodies wait."""
        return len(self._entries)

    def is_own(self, entry: Entry) -> bool:
        """Whether a body holds records of this handler, and not of an earlier process."""
        return entry.area in self._own_paths

    def oldest(self) -> Entry | None:
        """Give the body that has waited longest, of those this handler owns."""
        with self._lock:
            return self._entries[0] if self._entries else None

    def put(self, body: Body, *, is_hurried: bool = False) -> tuple[Entry | None, list[Lost]]:
        """Write a body to disk, removing the oldest ones if there is no room.

        Args:
            body: the body of a request.
            is_hurried: whether the program is ending and cannot wait for the disk.

        Returns:
            The body on disk, or None; and what was lost, the body itself if it is None.
        """
        with self._lock:
            lost: list[Lost] = []
            if not self._make_room(len(body.content), lost):
                return None, [*lost, Lost(body.record_count, is_own=True, reason="spool_full")]
            for _ in range(_TRIES):
                try:
                    entry = self._own_area().write(body, is_synced=not is_hurried)
                except OSError as error:
                    self._abandon_own_area()
                    if not isinstance(error, FileNotFoundError):
                        break
                    # Somebody cleared the spool, or another process its last folder: make it anew.
                else:
                    self._entries.append(entry)
                    return entry, lost
            return None, [*lost, Lost(body.record_count, is_own=True, reason="spool_unwritable")]

    def content(self, entry: Entry) -> bytes | None:
        """Read a body; None if it is damaged. It is set aside then, and this handler's no more."""
        try:
            return read(entry)
        except DamagedError:
            with self._lock:
                self._set_aside(entry.area, entry.name)
                self._discard(entry)
            return None

    def remove(self, entry: Entry) -> bool:
        """Remove a body that was sent, or is not to be.

        Returns:
            Whether it was this handler's to account for. Not if it was given up meanwhile and another has removed it.
        """
        with self._lock:
            is_owned = entry in self._entries
            try:
                os.unlink(entry.path)
                is_owned = True
            except OSError:
                pass
            self._discard(entry)
            return is_owned

    def replace(self, entry: Entry, bodies: tuple[Body, ...]) -> bool:
        """Put several bodies in the place of one that was too large. Gives whether the disk took them.

        One that was given up meanwhile stays as it is, for its next owner.
        """
        with self._lock:
            area = self._areas.get(entry.area)
            if area is None:
                return True
            try:
                made = [area.write(body, is_synced=False) for body in bodies]
            except OSError:
                return False
            # In front: they are as old as the one was.
            self._entries[:0] = made
            self.remove(entry)
            return True

    def take_over(self) -> int:
        """Take over what processes that are gone have left for this collector. Gives the number of bodies."""
        with self._lock:
            before = len(self._entries)
            if not _is_ours(self._folder):
                return 0
            for path in self._areas_in(self._folder):
                if path in self._areas or (area := Area.take_over(path)) is None:
                    continue
                with contextlib.suppress(OSError):
                    for name in area.strangers():
                        self._set_aside(path, name)
                    entries = area.entries()
                    if entries:
                        self._areas[path] = area
                        self._entries = sorted([*self._entries, *entries])
                        continue
                area.give_up()
            return len(self._entries) - before

    def release(self) -> None:
        """Give up everything, for other processes or for this one at its next need; the folders stay if full."""
        with self._lock:
            for area in self._areas.values():
                area.give_up()
            self._own = None
            self._areas = {}
            self._entries = []
            # Not if it is not empty, nor if it is not there.
            with contextlib.suppress(OSError):
                os.rmdir(self._folder)

    def reset_after_fork(self) -> None:
        """Forget everything: it is the parent's."""
        self._lock = threading.RLock()
        for area in self._areas.values():
            area.forget()
        self._clear()

    def _own_area(self) -> Area:
        if self._own is None:
            # Its root may be shared by several users; their folders are their own.
            os.makedirs(self._root, 0o700, exist_ok=True)
            _make_folder(self._folder)
            self._own = Area.make(self._folder)
            self._areas[self._own.path] = self._own
            self._own_paths.add(self._own.path)
        return self._own

    def _abandon_own_area(self) -> None:
        """Have the next body go to a new area: somebody may have removed this one, or its disk may be full."""
        if self._own is not None and not any(entry.area == self._own.path for entry in self._entries):
            self._areas.pop(self._own.path).give_up()
        self._own = None

    def _discard(self, entry: Entry) -> None:
        with contextlib.suppress(ValueError):
            self._entries.remove(entry)
        if entry.area in self._areas and not any(other.area == entry.area for other in self._entries):
            area = self._areas.pop(entry.area)
            self._own_paths.discard(entry.area)
            if area is self._own:
                self._own = None
            area.give_up()

    def _set_aside(self, area: str, name: str) -> None:
        with contextlib.suppress(OSError):
            folder = os.path.join(self._root, _SET_ASIDE)
            _make_folder(folder)
            os.rename(os.path.join(area, name), os.path.join(folder, f"{os.path.basename(area)}-{name}"))

    def _make_room(self, size_bytes: int, lost: list[Lost]) -> bool:
        """Remove the oldest bodies until there is room for another one, unless there cannot be.

        Those of processes that are gone go too, also where they were meant for another collector: nobody else
        may ever come for them.
        """
        if self._used_bytes() + size_bytes <= self._max_bytes:
            return True
        self._clear_aside()
        self.take_over()
        orphans = self._take_over_orphans()
        try:
            self._survey()
            candidates = sorted([*self._entries, *(entry for area in orphans for entry in area.entries())])
            excess = self._used_bytes() + size_bytes - self._max_bytes
            if excess > sum(entry.size_bytes for entry in candidates):
                return False
            for entry in candidates:
                if excess <= 0:
                    break
                is_own = self.is_own(entry)
                if self.remove(entry):
                    lost.append(Lost(entry.record_count, is_own=is_own, reason="spool_full"))
                excess -= entry.size_bytes
        except OSError:
            return False
        finally:
            for area in orphans:
                area.give_up()
        self._survey()
        return True

    def _take_over_orphans(self) -> list[Area]:
        found = [
            Area.take_over(path)
            for folder in _folders_in(self._root)
            if folder != self._folder and os.path.basename(folder) != _SET_ASIDE and _is_ours(folder)
            for path in self._areas_in(folder)
        ]
        return [area for area in found if area is not None]

    def _used_bytes(self) -> int:
        if time.monotonic() >= self._survey_time + _SURVEY_SECONDS or not self._survey_time:
            self._survey()
        return self._others_bytes + sum(entry.size_bytes for entry in self._entries)

    def _survey(self) -> None:
        """Count the bytes of what is not this handler's."""
        total = 0
        for folder in _folders_in(self._root):
            if os.path.basename(folder) == _SET_ASIDE:
                total += _size_bytes(folder)
                continue
            total += sum(_size_bytes(path) for path in self._areas_in(folder) if path not in self._areas)
        self._others_bytes = total
        self._survey_time = time.monotonic()

    def _clear_aside(self) -> None:
        """Remove what was set aside: it waits for a person, and goes before anything that can be sent."""
        folder = os.path.join(self._root, _SET_ASIDE)
        with contextlib.suppress(OSError):
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))

    def _areas_in(self, folder: str) -> Iterator[str]:
        for path in sorted(_folders_in(folder)):
            if not os.path.basename(path).startswith("."):
                yield path
            else:
                with contextlib.suppress(OSError):
                    if os.stat(path).st_mtime < time.time() - _UNFINISHED_SECONDS:
                        remove_unfinished(path)


def _collector_name(config: HandlerConfig) -> str:
    """Name the folder for a collector, for this user.

    What says who sends counts too, the key among the headers above all: with another key the records would be
    another tenant's.
    """
    headers = [f"{name}\0{config.headers[name]}" for name in sorted(config.headers)]
    user = str(os.geteuid()) if hasattr(os, "geteuid") else ""
    identity = "\0".join([user, config.logs_url, config.client_certificate_file or "", *headers])
    where = urlsplit(config.logs_url).netloc
    readable = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "_" for c in where)[:64]
    return f"{readable}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def _make_folder(path: str) -> None:
    """Make a folder for this user alone.

    Raises:
        OSError: it cannot be made, or what is there is somebody else's.
    """
    os.makedirs(path, 0o700, exist_ok=True)
    if not _is_ours(path):
        raise PermissionError(f"{path} belongs to somebody else")


def _is_ours(path: str) -> bool:
    """Whether a folder is there and this user's: what others put there must not be sent as ours."""
    try:
        return not hasattr(os, "geteuid") or os.stat(path).st_uid == os.geteuid()
    except OSError:
        return False


def _folders_in(path: str) -> list[str]:
    try:
        with os.scandir(path) as found:
            return [item.path for item in found if item.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _size_bytes(path: str) -> int:
    total = 0
    with contextlib.suppress(OSError), os.scandir(path) as found:
        for item in found:
            with contextlib.suppress(OSError):
                total += item.stat(follow_symlinks=False).st_size
    return total
