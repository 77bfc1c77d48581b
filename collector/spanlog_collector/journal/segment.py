"""A segment: one file of the journal, and one insert of the store."""

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from spanlog_collector.otlp.description import SIGNALS, Signal

# Twenty digits as they are written; more where a damaged name made the numbers jump. Behind the random part, which
# piece of a segment that was split it is (splitting.py).
_FILE_NAME: Final = re.compile(r"(logs|traces)-(\d{20,40})-([0-9a-f]{16})((?:\.\d+)*)\.segment")
UNFINISHED_SUFFIX: Final = ".unfinished"
"""Of a file that is put in place when it is whole; what a crash leaves of one is worth nothing."""
_SIGNALS: Final = {signal.name: signal for signal in SIGNALS}


@dataclass(slots=True)
class Segment:
    """One segment file and the requests in it.

    ``token`` names the segment to the engine's deduplication. It holds a random part besides the sequence number, so
    that a journal that was deleted and begun anew never repeats the tokens of the old one.
    """

    path: Path
    signal: Signal
    sequence: int
    size_bytes: int = 0
    digests: list[bytes] = field(default_factory=list)
    oldest_received_unix_nano: int = 0

    @property
    def token(self) -> str:
        """The segment's file name without its ending."""
        return self.path.stem


def new_segment(directory: Path, signal: Signal, sequence: int) -> Segment:
    """Return a segment that has no file yet."""
    name = f"{signal.name}-{sequence:020}-{secrets.token_hex(8)}.segment"
    return Segment(directory / name, signal, sequence)


def find_segments(directory: Path) -> list[Segment]:
    """Return the segments that lie in ``directory``, oldest first, with their sizes only."""
    found = []
    for path in directory.iterdir():
        match = _FILE_NAME.fullmatch(path.name)
        if match and path.is_file():
            pieces = tuple(map(int, match[4].split(".")[1:]))
            segment = Segment(path, _SIGNALS[match[1]], int(match[2]), size_bytes=path.stat().st_size)  # type: ignore[index]
            found.append((segment.sequence, pieces, path.name, segment))
    return [segment for *_, segment in sorted(found, key=lambda entry: entry[:3])]


def fsync_directory(directory: Path) -> None:
    """Make the names in ``directory`` durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
