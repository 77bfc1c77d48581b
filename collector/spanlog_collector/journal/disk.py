"""The disk the journal lies on: has it room, did it refuse, does it still?"""

import errno
import logging
import os
import time
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import JournalUnavailableError

logger: Final = logging.getLogger(__name__)

DISK_RETRY_AFTER_SECONDS: Final = 5
_TELL_REFUSAL_SECONDS: Final = 10.0
"""Between two lines in the log about a disk that refuses: senders come again all the time."""
_PROBE_BYTES: Final = 4096


class JournalDisk:
    """What the disk said last. Written by the journal's thread, read by any."""

    def __init__(self, directory: Path, min_free_bytes: int) -> None:
        self._directory = directory
        self._min_free_bytes = min_free_bytes
        self._told_refusal = -_TELL_REFUSAL_SECONDS
        self.refusal: str | None = None
        """Why it refused last, or ``None`` when it took what came last."""

    def check(self) -> None:
        """Look whether enough is free.

        Raises:
            OSError: it is not.
        """
        disk = os.statvfs(self._directory)
        if disk.f_bavail * disk.f_frsize < self._min_free_bytes:
            raise OSError(errno.ENOSPC, f"less than {self._min_free_bytes >> 20} MiB are free on its disk")

    def took(self) -> None:
        """Note that it took what came."""
        self.refusal = None

    def refused(self, reason: str) -> JournalUnavailableError:
        """Note that it refused, and return what senders are told."""
        now = time.monotonic()
        if now - self._told_refusal >= _TELL_REFUSAL_SECONDS:
            self._told_refusal = now
            logger.warning("the journal in %s cannot be written: %s", self._directory, reason)
        self.refusal = reason
        return JournalUnavailableError(f"the journal cannot be written: {reason}", DISK_RETRY_AFTER_SECONDS)

    def probe(self) -> str | None:
        """Return why it refuses now, or ``None``; asked again only if it refused what came last."""
        if self.refusal is not None:
            try:
                self.check()
                probe = self._directory / "probe"
                try:
                    probe.write_bytes(bytes(_PROBE_BYTES))
                finally:
                    probe.unlink(missing_ok=True)
            except OSError as error:
                self.refusal = error.strerror
            else:
                self.refusal = None
        return self.refusal
