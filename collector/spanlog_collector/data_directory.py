"""The folder that holds the journal, the quarantine and the embedded store; one process owns it at a time."""

import fcntl
import os
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import DataDirectoryError
from spanlog_collector.journal.durable_file import make_directory

DEFAULT: Final = Path("~/.local/share/spanlog")
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
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._lock = descriptor

    def release(self) -> None:
        """Give the folder up."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None
