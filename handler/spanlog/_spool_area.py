"""One process's folder in the spool, and the names of the files in it.

Whoever holds the lock of an area owns it: its files, and the account of the records in them. The lock is the
kernel's and goes with the process however it ends, so that an area of a process that is gone can be taken over
and one of a process that lives cannot. It is made under a name that nobody looks at and locked before it is
renamed: no area is ever seen without its owner.

A file's content is the body of a request as it is sent, byte for byte. What else there is to know stands in its
name: ``<ns since 1970, 20 digits>-<count, 6 digits>-<records>-<CRC 32 of the content, hex>.otlp``.
"""
# Paths are texts: importing pathlib would cost more than all of this file.
# ruff: noqa: PTH102, PTH104, PTH106, PTH108, PTH116, PTH118, PTH119, PTH120, PTH208

from __future__ import annotations

import contextlib
import os
import stat
import time
import zlib
from typing import TYPE_CHECKING, NamedTuple

try:
    import fcntl
except ImportError:  # Windows: there is no lock that goes with the process, so there is no spool
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from spanlog._body import Body

_LOCK_NAME = "lock"
_SUFFIX = ".otlp"
_NAME_PARTS = 4
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Entry(NamedTuple):
    """A body on disk. Sorts by its age."""

    name: str
    area: str
    """The path of the area it is in."""
    record_count: int
    size_bytes: int
    checksum: int

    @property
    def path(self) -> str:
        """Where it is."""
        return os.path.join(self.area, self.name)


class DamagedError(Exception):
    """A file is not there any more or does not hold what was written."""


class Area:
    """A folder whose lock this process holds."""

    def __init__(self, path: str, lock: int) -> None:
        self.path = path
        self._lock = lock
        self._count = 0

    @classmethod
    def make(cls, parent: str) -> Area:
        """Make and lock a new area in a folder that exists.

        Raises:
            OSError: the folder cannot be written, or there are no locks.
        """
        if fcntl is None:
            raise OSError("no file locks on this system")
        name = f"{time.time_ns():020d}-{os.getpid()}-{os.urandom(4).hex()}"
        hidden = os.path.join(parent, f".{name}")
        os.mkdir(hidden, 0o700)
        try:
            lock = os.open(os.path.join(hidden, _LOCK_NAME), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.rename(hidden, os.path.join(parent, name))
            except BaseException:
                os.close(lock)
                raise
        except BaseException:
            remove_unfinished(hidden)
            raise
        return cls(os.path.join(parent, name), lock)

    @classmethod
    def take_over(cls, path: str) -> Area | None:
        """Lock an area whose owner is gone; None if it is not, or if the area itself is."""
        if fcntl is None:
            return None
        try:
            lock = os.open(os.path.join(path, _LOCK_NAME), os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        except OSError:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its last owner may have removed it just before giving up the lock.
            if os.path.samestat(os.fstat(lock), os.stat(os.path.join(path, _LOCK_NAME))):
                return cls(path, lock)
        except OSError:
            pass
        os.close(lock)
        return None

    def entries(self) -> list[Entry]:
        """Give the bodies that lie here, the oldest first."""
        with os.scandir(self.path) as files:
            return sorted(entry for file in files if (entry := _entry_of(self.path, file)) is not None)

    def write(self, body: Body, *, is_synced: bool) -> Entry:
        """Write a body under its name, whole or not at all.

        Args:
            body: what to write.
            is_synced: whether it is to outlive a loss of power too, and not only this process.

        Raises:
            OSError: the disk is full, or the folder cannot be written or is gone.
        """
        self._count += 1
        checksum = zlib.crc32(body.content)
        name = f"{time.time_ns():020d}-{self._count:06d}-{body.record_count}-{checksum:08x}{_SUFFIX}"
        hidden = os.path.join(self.path, f".{name}")
        file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                rest = memoryview(body.content)
                while rest:
                    rest = rest[os.write(file, rest) :]
                if is_synced:
                    os.fsync(file)
            finally:
                os.close(file)
            os.rename(hidden, os.path.join(self.path, name))
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(hidden)
            raise
        if is_synced:
            _sync_folder(self.path)
        return Entry(name, self.path, body.record_count, len(body.content), checksum)

    def strangers(self) -> list[str]:
        """Give the names of what lies here and is none of spanlog's."""
        with os.scandir(self.path) as files:
            return [file.name for file in files if not _is_own(file.name) and _entry_of(self.path, file) is None]

    def give_up(self) -> None:
        """Unlock it, and remove it if nothing is left in it. Another process may own it afterwards."""
        with contextlib.suppress(OSError):
            if all(_is_own(name) for name in os.listdir(self.path)):
                # Under its own name it could be seen half removed.
                hidden = os.path.join(os.path.dirname(self.path), f".{os.path.basename(self.path)}")
                os.rename(self.path, hidden)
                remove_unfinished(hidden)
        self.forget()

    def forget(self) -> None:
        """Close the lock; the parent of a fork, whose lock it is, keeps it."""
        with contextlib.suppress(OSError):
            os.close(self._lock)


def read(entry: Entry) -> bytes:
    """Read a body from disk.

    Raises:
        DamagedError: it is gone, no plain file, or not what was written.
    """
    try:
        # Neither through a link nor waiting for a pipe that somebody put there.
        file = os.open(entry.path, _READ_FLAGS)
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_size != entry.size_bytes:
                raise DamagedError(entry.path)
            content = b""
            while chunk := os.read(file, entry.size_bytes + 1 - len(content)):
                content += chunk
        finally:
            os.close(file)
    except OSError as error:
        raise DamagedError(entry.path) from error
    if zlib.crc32(content) != entry.checksum:
        raise DamagedError(entry.path)
    return content


def _entry_of(area: str, file: os.DirEntry[str]) -> Entry | None:
    """Read a file's name; None for one that is no body."""
    parts = file.name.removesuffix(_SUFFIX).split("-")
    if not file.name.endswith(_SUFFIX) or len(parts) != _NAME_PARTS or not parts[0].isdecimal():
        return None
    try:
        return Entry(file.name, area, int(parts[2]), file.stat(follow_symlinks=False).st_size, int(parts[3], 16))
    except (ValueError, OSError):
        return None


def _is_own(name: str) -> bool:
    """Whether a file is the lock or a write that was cut short: nothing that anybody misses."""
    return name == _LOCK_NAME or (name.startswith(".") and name.endswith(_SUFFIX))


def remove_unfinished(path: str) -> None:
    """Remove an area that was cut short while it was made or removed."""
    with contextlib.suppress(OSError):
        for name in os.listdir(path):
            if _is_own(name):
                os.unlink(os.path.join(path, name))
        os.rmdir(path)


def _sync_folder(path: str) -> None:
    with contextlib.suppress(OSError):
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
