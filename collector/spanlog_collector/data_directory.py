"""The folder that holds the journal, the quarantine and the embedded store; one process owns it at a time."""

import errno
import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import DataDirectoryError
from spanlog_collector.journal.durable_file import make_directory

logger: Final = logging.getLogger(__name__)

DEFAULT: Final = Path("~/.local/share/spanlog")
RESERVE_BYTES: Final = 8 * 1024 * 1024
"""To drop a partition the engine wants 1 MiB free, whatever it frees then."""
_HINT: Final = "choose another with --data-dir or SPANLOG_DATA_DIR"


class DataDirectory:
    """A data directory; ``acquire`` before use, ``release`` after.

    The lock is the kernel's and goes with the process, however it ends; the number in the file is for people.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._lock: int | None = None

    @property
    def store(self) -> Path:
        """Where the embedded engine keeps its tables."""
        return self.path / "store"

    @property
    def journal(self) -> Path:
        """Where requests wait to be loaded."""
        return self.path / "journal"

    @property
    def seen(self) -> Path:
        """Where the digests of accepted requests are kept."""
        return self.path / "journal" / "seen"

    @property
    def quarantine(self) -> Path:
        """Where messages lie that cannot be loaded."""
        return self.path / "quarantine"

    @property
    def reserve(self) -> Path:
        """The file that keeps some room on the disk."""
        return self.path / "reserve"

    @property
    def lock_file(self) -> Path:
        """The file whose lock says that the folder has an owner; it holds the owner's process id."""
        return self.path / "lock"

    def acquire(self) -> None:
        """Make the folder and own it.

        Raises:
            DataDirectoryError: it cannot be made or written, or another spanlog owns it.
        """
        try:
            make_directory(self.path)
            descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            make_directory(self.journal)
            _probe(self.journal)
        except OSError as error:
            raise DataDirectoryError(
                f"the data directory {self.path} cannot be written ({error.strerror}); {_HINT}"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise DataDirectoryError(
                f"the data directory {self.path} is in use by a running spanlog (process {owner or 'unknown'}); "
                f"stop that one, or {_HINT}"
            ) from error
        self._lock = descriptor
        with suppress(OSError):
            # The lock holds without the number: on a full disk there may be no room for it.
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)

    def keep_reserve(self) -> bool:
        """Take ``RESERVE_BYTES`` of the disk, so that rows can be deleted when it is full; ``False`` without room."""
        try:
            descriptor = os.open(self.reserve, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
            except OSError:
                # A part of it would be in the way of others and of no use to us.
                os.ftruncate(descriptor, 0)
                raise
            finally:
                os.close(descriptor)
        except OSError as error:
            logger.warning("no room is kept on the disk for deleting when it is full: %s", error.strerror)
            return False
        return True

    def release_reserve(self) -> None:
        """Give the reserve back to the disk: something is about to be deleted that needs room first."""
        self.reserve.unlink(missing_ok=True)

    def release(self) -> None:
        """Give the folder up."""
        if self._lock is not None:
            with suppress(OSError):
                os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None


def _probe(folder: Path) -> None:
    """Make a file in ``folder`` and remove it: read-only mounts and attributes show in nothing else.

    Raises:
        OSError: it cannot be written. That it is full is no reason: it can still be read, and may have room later.
    """
    probe = folder / f"probe-{os.getpid()}"
    try:
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
    else:
        probe.unlink(missing_ok=True)
