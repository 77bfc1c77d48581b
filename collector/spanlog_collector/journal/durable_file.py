"""A file that is there whole or not at all, whatever happens meanwhile."""

import os
from pathlib import Path

from spanlog_collector.journal.segment import UNFINISHED_SUFFIX, fsync_directory


def write_durably(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, in place of what is there; on disk when it returns, but for the name.

    The name is durable after ``fsync_directory``: one for several files.

    Raises:
        OSError: the disk refused; what was at ``path`` is still there.
    """
    temporary = path.with_name(path.name + UNFINISHED_SUFFIX)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    temporary.replace(path)


def make_directory(path: Path) -> None:
    """Make the folder ``path``, for its owner's eyes only, and its parents; durably.

    Raises:
        OSError: it cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700 if folder == path else 0o777, exist_ok=True)
        fsync_directory(folder.parent)
