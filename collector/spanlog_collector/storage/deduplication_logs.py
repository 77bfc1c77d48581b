"""The embedded engine's record of what was inserted, made to survive what it was not made to survive (ADR 0002).

For each insert the engine appends a line (token, name of the part) to a log of the table, and then renames the new part
into place. It syncs the part and never the log. So two moments are left in which the log and the parts disagree:

* killed between line and rename, the log names a part that does not exist, and the repeated insert is dropped as a
  repetition: acknowledged records would be lost;
* without power after the rename, the part is there and its line may not be: the repeated insert is stored twice.

The first is mended: lines that name no existing part are taken out before the engine opens the store. The second is
kept from happening where the file system can: the logs carry the attribute "synchronous" (``chattr +S``), so a line is
on the disk before the part has its name. Elsewhere the logs are synced after each insert, and a window of milliseconds
remains.
"""

import contextlib
import fcntl
import logging
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from spanlog_collector.storage.part_files import is_whole

logger: Final = logging.getLogger(__name__)

_FOLDER: Final = "deduplication_logs"
_FILE_NAME: Final = re.compile(r"deduplication_log_(\d+)\.txt")
# ADD or DROP, the part, the block.
_LINE: Final = re.compile(rb"(?m)^([12])\t([^\t\n]+)\t[^\t\n]+\n")
_ADD: Final = b"1"
# Partition, first block, last block, level, and the mutation if there was one.
_PART: Final = re.compile(rb"([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?")

# linux/fs.h
_GET_FLAGS: Final = 0x80086601
_SET_FLAGS: Final = 0x40086602
_SYNCHRONOUS: Final = 0x8
_FLAGS: Final = struct.Struct("l")


class DeduplicationLogs:
    """Those of all tables of one embedded store."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._unsynced: dict[Path, str] = {}
        """Folders whose files the file system does not write through, and the newest file of each."""

    def mend(self) -> int:
        """Take out the lines that name no part, and return how many; before the engine opens the store.

        Nothing is done while another process has the store open.

        Raises:
            OSError: a log cannot be read or written.
        """
        with _engine_lock(self._store) as is_ours:
            return sum(map(self._mend_folder, self._folders())) if is_ours else 0

    def tables_to_mend(self) -> list[str]:
        """Return the UUIDs of the tables whose logs name parts that are not there; while nothing is inserted."""
        return [
            folder.parent.name
            for folder in self._folders()
            for lines in [_lines(b"".join(file.read_bytes() for file in _files(folder)))]
            if len(_lines_with_parts(lines, folder.parent)) < len(lines)
        ]

    def mend_table(self, uuid: str) -> None:
        """Take out the lines that name no part; while the engine does not know the table.

        Raises:
            OSError: a log cannot be read or written.
        """
        for folder in self._folders():
            if folder.parent.name == uuid:
                self._mend_folder(folder)

    def protect(self) -> None:
        """Make the file system write the logs through at once, where it can; again whenever there are new tables."""
        self._unsynced = {}
        for folder in self._folders():
            unsynced = [path for path in (folder, *_files(folder)) if not _make_synchronous(path)]
            if unsynced:
                self._unsynced[folder] = ""

    def sync(self) -> None:
        """Bring to the disk what an insert wrote, where the file system did not do so itself.

        Raises:
            OSError: the disk refused.
        """
        for folder, synced in self._unsynced.items():
            files = _files(folder)
            if not files:
                continue
            _fsync(files[-1])
            if files[-1].name != synced:
                _fsync(folder)
                self._unsynced[folder] = files[-1].name

    def sizes(self) -> dict[Path, int]:
        """Return the size of each log: one of them grows with every part that an insert puts in place."""
        return {file: file.stat().st_size for folder in self._folders() for file in _files(folder)}

    def short_parts(self, since: dict[Path, int]) -> list[tuple[str, str]]:
        """Return the parts (UUID of the table, name) put in place since ``sizes()`` whose files are not whole."""
        found = []
        for file, size in self.sizes().items():
            if size <= since.get(file, 0):
                continue
            with file.open("rb") as log:
                log.seek(since.get(file, 0))
                lines = _lines(log.read())
            table = file.parent.parent
            for line in lines:
                operation, name = line.split(b"\t", 2)[:2]
                # One that is not there is another insert's, between line and rename, or was merged meanwhile.
                if operation == _ADD and _is_short(table / os.fsdecode(name)):
                    found.append((table.name, os.fsdecode(name)))
        return found

    def _folders(self) -> list[Path]:
        return sorted(self._store.glob(f"store/*/*/{_FOLDER}"))

    def _mend_folder(self, folder: Path) -> int:
        taken_out = 0
        for file in _files(folder):
            data = file.read_bytes()
            lines = _lines(data)
            kept = _lines_with_parts(lines, folder.parent)
            taken_out += len(lines) - len(kept)
            if (mended := b"".join(kept)) != data:
                # Beside the folder, where the engine would take every file for one of its logs.
                temporary = self._store / f"{_FOLDER}.mended"
                with temporary.open("wb") as out:
                    out.write(mended)
                    out.flush()
                    os.fsync(out.fileno())
                temporary.replace(file)
                _fsync(folder)
        if taken_out:
            logger.info("%s: took out %d lines of inserts that were cut short", folder, taken_out)
        return taken_out


def _files(folder: Path) -> list[Path]:
    """Return the logs in ``folder``, oldest first."""
    numbered = [(int(match[1]), file) for file in folder.iterdir() if (match := _FILE_NAME.fullmatch(file.name))]
    return [file for _, file in sorted(numbered)]


def _lines(data: bytes) -> list[bytes]:
    """Return the whole lines; what a crash cut short, or a disk damaged, is none."""
    return [match[0] for match in _LINE.finditer(data)]


def _lines_with_parts(lines: list[bytes], table: Path) -> list[bytes]:
    """Return the lines whose part lies in the folder ``table``, under its own name or merged into another."""
    there: dict[bytes, list[tuple[int, int]]] = {}
    for path in table.iterdir():
        if part := _PART.fullmatch(os.fsencode(path.name)):
            there.setdefault(part[1], []).append((int(part[2]), int(part[3])))

    def is_there(line: bytes) -> bool:
        operation, name = line.split(b"\t", 2)[:2]
        part = _PART.fullmatch(name)
        if operation != _ADD or part is None:
            return True
        if _is_short(table / os.fsdecode(name)):
            # The engine will put it aside when it finds out.
            return False
        first, last = int(part[2]), int(part[3])
        return any(begin <= first and last <= end for begin, end in there.get(part[1], ()))

    return [line for line in lines if is_there(line)]


def _is_short(part: Path) -> bool:
    try:
        return part.is_dir() and not is_whole(part)
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _engine_lock(store: Path) -> Iterator[bool]:
    """Hold the lock by which the engine knows that a store is open; ``False`` where somebody else does."""
    status = store / "status"
    if not (store / "store").is_dir():
        yield False
        return
    descriptor = os.open(status, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _make_synchronous(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        (flags,) = _FLAGS.unpack(fcntl.ioctl(descriptor, _GET_FLAGS, _FLAGS.pack(0)))
        if not flags & _SYNCHRONOUS:
            # What was written before the attribute was there.
            os.fsync(descriptor)
            fcntl.ioctl(descriptor, _SET_FLAGS, _FLAGS.pack(flags | _SYNCHRONOUS))
    except OSError:
        # A file system without the attribute, or a kernel without it.
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
