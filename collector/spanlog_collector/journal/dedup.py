"""Which requests were taken lately, so that a retry after a lost answer is acknowledged and not stored again.

Two generations of digests, in memory and on disk. After an hour, or half a million requests, the young one becomes
the old one and the old one goes: a retry is recognised for at least an hour, or at least half a million requests,
whichever is over first.
"""

import logging
import os
import re
from pathlib import Path
from typing import Final

from spanlog_collector.journal.durable_file import make_directory
from spanlog_collector.journal.frame import DIGEST_BYTES
from spanlog_collector.journal.segment import fsync_directory

GENERATION_SECONDS: Final = 3600
GENERATION_REQUESTS: Final = 500_000

logger: Final = logging.getLogger(__name__)

_FILE_NAME: Final = re.compile(r"(\d{20,40})\.digests")


class SeenRequests:
    """The digests of the requests that were accepted; not thread-safe, its owner locks.

    Memory: about 100 bytes a request, so at most 100 MB; disk: 16 bytes a request.
    """

    def __init__(self, directory: Path, now_seconds: float) -> None:
        """Read what ``directory`` holds; ``now_seconds`` is the wall clock, which names the generations."""
        self._directory = directory
        make_directory(directory)
        self._young: set[bytes] = set()
        self._old: set[bytes] = set()
        files = self._files()
        for stale in files[:-2]:
            stale.unlink()
        for file in files[-2:]:
            self._old, self._young = self._young, _read(file)
        # A clock that was wrong, or a damaged name, must not keep a generation young for ever.
        self._began_seconds = min(float(files[-1].stem), now_seconds) if files else now_seconds
        self._path = files[-1] if files else self._path_for(now_seconds)
        self._is_name_durable = False

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._young or digest in self._old

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def add(self, digest: bytes) -> None:
        """Remember ``digest`` in memory; until ``persist`` it is the segment on disk that vouches for it."""
        self._young.add(digest)

    def persist(self, digests: list[bytes], now_seconds: float) -> None:
        """Write ``digests`` durably: their segment is about to go.

        Raises:
            OSError: the disk refused; the segment must stay.
        """
        with self._path.open("ab") as file:
            # A crash may have left part of a digest; what follows must begin at a whole one.
            file.truncate(file.tell() - file.tell() % DIGEST_BYTES)
            file.write(b"".join(digests))
            file.flush()
            os.fsync(file.fileno())
        if not self._is_name_durable:
            fsync_directory(self._directory)
            self._is_name_durable = True
        if now_seconds - self._began_seconds > GENERATION_SECONDS or len(self._young) > GENERATION_REQUESTS:
            self._begin_generation(now_seconds)

    def _begin_generation(self, now_seconds: float) -> None:
        self._old, self._young = self._young, set()
        self._began_seconds = now_seconds
        self._path = self._path_for(now_seconds)
        self._path.touch()
        for stale in self._files()[:-2]:
            stale.unlink()
        fsync_directory(self._directory)

    def _path_for(self, now_seconds: float) -> Path:
        """Name a generation so that it sorts behind those that are there, whatever the clock says."""
        newest = max((int(file.stem) for file in self._files()), default=-1)
        return self._directory / f"{max(int(now_seconds), newest + 1):020}.digests"

    def _files(self) -> list[Path]:
        """Return the generations on disk, the oldest first."""
        found = [path for path in self._directory.iterdir() if _FILE_NAME.fullmatch(path.name) and path.is_file()]
        return sorted(found, key=lambda path: int(path.stem))


def _read(file: Path) -> set[bytes]:
    try:
        data = file.read_bytes()
    except OSError as error:
        # Retries of what it names are stored again: better than no start.
        logger.warning("%s cannot be read: %s", file, error.strerror)
        return set()
    whole = len(data) - len(data) % DIGEST_BYTES
    return {data[start : start + DIGEST_BYTES] for start in range(0, whole, DIGEST_BYTES)}
