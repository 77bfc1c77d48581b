"""The segment that is being written: what is acknowledged of it is on the disk, and nothing else is in it."""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from spanlog_collector.journal.answers import Waiting
from spanlog_collector.journal.frame import frame_header
from spanlog_collector.journal.segment import Segment, fsync_directory

logger: Final = logging.getLogger(__name__)

_WRITE_BYTES: Final = 256 * 1024
"""Small requests are written together up to here; a larger one is written as it is, without a copy of it."""


class ActiveSegment:
    """A new file, open for writing.

    Raises:
        OSError: the disk refused to make it.
    """

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self._descriptor = os.open(segment.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._is_name_durable = False
        self.began = time.monotonic()

    def append(self, requests: list[Waiting]) -> int:
        """Write ``requests`` durably, and return how many bytes that took.

        Raises:
            OSError: the disk refused; ``take_back`` is due.
        """
        size = 0
        for data in _gathered(
            piece
            for waiting in requests
            for piece in (frame_header(waiting.body, waiting.digest, waiting.received_unix_nano), waiting.body)
        ):
            _write_all(self._descriptor, data)
            size += len(data)
        os.fsync(self._descriptor)
        if not self._is_name_durable:
            fsync_directory(self.segment.path.parent)
            self._is_name_durable = True
        self.segment.size_bytes += size
        self.segment.digests.extend([waiting.digest for waiting in requests])
        if not self.segment.oldest_received_unix_nano:
            self.segment.oldest_received_unix_nano = requests[0].received_unix_nano
        return size

    def take_back(self) -> None:
        """Cut off what was not acknowledged, and close; without anything acknowledged the file goes."""
        try:
            os.ftruncate(self._descriptor, self.segment.size_bytes)
            if self.segment.size_bytes:
                os.fsync(self._descriptor)
            else:
                self.segment.path.unlink(missing_ok=True)
        except OSError as error:
            # Its senders come again and are then stored from the new segment too: better twice than never.
            logger.warning("%s: cannot be cut back: %s", self.segment.token, error.strerror)
        self.close()

    def close(self) -> None:
        """Write no more to it."""
        # What was acknowledged is synced; some file systems report here what nobody waits for any more.
        with suppress(OSError):
            os.close(self._descriptor)


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in fewer pieces."""
    small: list[bytes] = []
    size = 0
    for piece in pieces:
        if size + len(piece) > _WRITE_BYTES and small:
            yield b"".join(small)
            small, size = [], 0
        small.append(piece)
        size += len(piece)
    if small:
        yield b"".join(small)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
