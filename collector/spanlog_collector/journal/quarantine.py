"""Messages that could not be read or loaded: set aside and counted, never thrown away."""

import os
from pathlib import Path
from typing import Final

from spanlog_collector.journal.segment import fsync_directory
from spanlog_collector.otlp.description import Signal

_SUFFIX: Final = ".message"


class Quarantine:
    """A folder of messages, one file each, with a ``.reason`` beside it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def add(self, signal: Signal, origin: str, message: bytes, reason: str) -> Path:
        """Keep ``message`` durably under the name of its ``origin`` and return its path.

        Raises:
            OSError: the disk refused; the message must stay where it is.
        """
        path = self._directory / f"{signal.name}-{origin}{_SUFFIX}"
        for target, content in ((path.with_suffix(".reason"), reason.encode()), (path, message)):
            with target.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        fsync_directory(self._directory)
        return path

    def count(self) -> int:
        """Return how many messages are set aside."""
        return sum(1 for path in self._directory.iterdir() if path.suffix == _SUFFIX)
