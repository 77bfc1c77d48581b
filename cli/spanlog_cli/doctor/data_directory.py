"""Can a stack on this machine keep its data, and does one run?"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from spanlog_cli.doctor.check import Check, ok, problem, warning

LOCK_NAME: Final = "lock"
_ANOTHER: Final = "choose another with SPANLOG_DATA_DIR, or mend its rights"
_MEBIBYTE: Final = 1024 * 1024
_LITTLE_BYTES: Final = 1024 * _MEBIBYTE
_TOO_LITTLE_BYTES: Final = 100 * _MEBIBYTE


def check_data_directory(path: Path) -> Iterator[Check]:
    """Look at the folder; nothing is made or changed."""
    path = path.expanduser().absolute()
    name = "data directory"
    try:
        existing = next(folder for folder in (path, *path.parents) if folder.exists())
        is_folder = existing.is_dir()
    except OSError as error:
        yield problem(name, f"{path} cannot be looked at ({error.strerror})", _ANOTHER)
        return
    if not is_folder:
        yield problem(name, f"{existing} is a file", _ANOTHER)
        return
    owner = running_owner(path / LOCK_NAME)
    if owner is not None:
        yield ok(name, f"{path} is in use by a running spanlog (process {owner})")
    elif not os.access(existing, os.W_OK | os.X_OK):
        yield problem(name, f"{existing} is not writable", _ANOTHER)
    elif existing is path:
        yield ok(name, f"{path} is writable; no spanlog runs on it")
    else:
        yield ok(name, f'{path} is not there yet; "spanlog up" makes it')
    yield _free_space(existing)


def _free_space(folder: Path) -> Check:
    free_bytes = shutil.disk_usage(folder).free
    told = f"{free_bytes / 1024 / _MEBIBYTE:,.1f} GiB free"
    if free_bytes < _TOO_LITTLE_BYTES:
        return problem("disk", told, "make room: the collector takes nothing that it cannot store")
    if free_bytes < _LITTLE_BYTES:
        return warning("disk", told, "make room soon")
    return ok("disk", told)


def running_owner(lock: Path) -> int | None:
    """Give the process id in the lock file if that process is there; one that was killed leaves its id behind."""
    try:
        process_id = int(lock.read_text(encoding="ascii").strip())
        if process_id <= 0:
            return None
        os.kill(process_id, 0)
    except PermissionError:
        # Somebody else's process, and so a process; or somebody else's file, of which nothing is known.
        return process_id if os.access(lock, os.R_OK) else None
    except (OSError, ValueError, OverflowError):
        return None
    return process_id
