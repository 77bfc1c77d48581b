"""A segment that the engine refuses is split on disk: each piece is loaded, repeated and forgotten like any other.

The pieces of ``logs-7-ab`` are ``logs-7-ab.0``, ``logs-7-ab.1`` and so on: tokens of their own. They are there before
the whole goes, and nothing of them is loaded before it has gone; so where whole and pieces lie side by side, a crash
came between, and the whole is what counts.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import MalformedRequestError, RequestTooLargeError
from spanlog_collector.journal.durable_file import write_durably
from spanlog_collector.journal.frame import Frame, received_unix_nano, scan
from spanlog_collector.journal.segment import UNFINISHED_SUFFIX, Segment, find_segments, fsync_directory
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import Signal

_PIECES: Final = 8
"""A refused load takes the engine several times as long as one that succeeds: many pieces, few levels."""
_MOST_SUSPECTS: Final = 50
"""Of those that the engine is asked about; what is bad beyond them is found when the rest is loaded."""

CanRead = Callable[[Signal, Path], bool | None]
"""Asks the engine whether it understands the messages in a file; ``None`` where it cannot be asked."""


def split_segment(segment: Segment, can_read: CanRead) -> list[Segment]:
    """Put the pieces of ``segment``, which has several messages, in its place, and return them.

    Suspected is what the collector's own check refuses, and what the engine cannot read when it is asked to read and
    not to store: each such message becomes a piece of its own, and the rest one piece. Where neither tells anything,
    the pieces are of equal length.

    Raises:
        OSError: the disk refused; ``segment`` is still there.
        StoreError: the engine cannot be asked now; ``segment`` is still there.
    """
    data = segment.path.read_bytes()
    frames = [piece for piece in scan(data) if isinstance(piece, Frame)]
    pieces = []
    for number, part in enumerate(_parts(segment, data, frames, can_read)):
        content = b"".join(data[frame.start : frame.end] for frame in part)
        path = segment.path.with_name(f"{segment.token}.{number}{segment.path.suffix}")
        write_durably(path, content)
        pieces.append(
            Segment(
                path,
                segment.signal,
                segment.sequence,
                size_bytes=len(content),
                digests=[frame.digest for frame in part],
                oldest_received_unix_nano=received_unix_nano(data, part[0]),
            )
        )
    fsync_directory(segment.path.parent)
    segment.path.unlink()
    fsync_directory(segment.path.parent)
    return pieces


def remove_unfinished_splits(directory: Path) -> None:
    """Remove the pieces whose whole is still there.

    Raises:
        OSError: the folder cannot be written.
    """
    segments = find_segments(directory)
    tokens = {segment.token for segment in segments}
    for segment in segments:
        parent, _, piece = segment.token.rpartition(".")
        while piece:
            if parent in tokens:
                segment.path.unlink()
                break
            parent, _, piece = parent.rpartition(".")


def _parts(segment: Segment, data: bytes, frames: list[Frame], can_read: CanRead) -> Iterator[Sequence[Frame]]:
    suspects = {frame for frame in frames if not _is_readable(segment.signal, data[frame.body : frame.end])}
    suspects |= _unreadable_by_the_engine(segment, data, [frame for frame in frames if frame not in suspects], can_read)
    if suspects and len(suspects) < len(frames):
        yield [frame for frame in frames if frame not in suspects]
        yield from ([frame] for frame in frames if frame in suspects)
    else:
        length = max(1, -(-len(frames) // _PIECES))
        yield from (frames[start : start + length] for start in range(0, len(frames), length))


def _unreadable_by_the_engine(segment: Segment, data: bytes, frames: list[Frame], can_read: CanRead) -> set[Frame]:
    """Find them by halving: each question costs the engine a fraction of a load."""
    asked = segment.path.with_name(f"{segment.token}{UNFINISHED_SUFFIX}")

    def is_readable(part: list[Frame]) -> bool:
        asked.write_bytes(b"".join(data[frame.start : frame.end] for frame in part))
        return can_read(segment.signal, asked) is not False

    found: set[Frame] = set()
    try:
        while frames and len(found) < _MOST_SUSPECTS and not is_readable(frames):
            # The first of these is somewhere in frames[good:bad].
            good, bad = 0, len(frames)
            while bad - good > 1:
                middle = (good + bad) // 2
                if is_readable(frames[good:middle]):
                    good = middle
                else:
                    bad = middle
            found.add(frames[good])
            frames = frames[good + 1 :]
    finally:
        asked.unlink(missing_ok=True)
    return found


def _is_readable(signal: Signal, body: bytes) -> bool:
    try:
        return check_request(signal, body).body == body
    except (MalformedRequestError, RequestTooLargeError):
        return False
